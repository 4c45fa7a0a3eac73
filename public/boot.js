// Starts the page, and closes the network before any file is accepted.
//
// Owns: the order of the start (take WebRTC away, load, close, start) and the sentence shown when it fails.
// Assumes: index.html names the glue and the module on this script's tag; both lie beside it.
// Refuses: to start in an engine without WebAssembly and its 128-bit vectors, and to start before the network is closed.
// This is the only hand-written script; everything else is Rust.

// A policy cannot stop WebRTC in every engine, so it is taken away before anything else runs.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection", "RTCDataChannel", "RTCIceTransport", "RTCDtlsTransport"]) {
  try {
    delete globalThis[name];
    Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  } catch {
    // Already absent and not definable: nothing is left to take away.
  }
}

// Policies add up and the stricter holds. Removing the tag later does not reopen anything.
const closed = "default-src 'none'; script-src blob: 'wasm-unsafe-eval'; worker-src blob:; img-src blob: data:";

// The smallest module that uses a 128-bit vector: () -> v128 { i32.const 0; i8x16.splat; i8x16.popcnt }
const vectors = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

class Refusal extends Error {}

function say(sentence) {
  const place = document.getElementById("boot");
  if (place) {
    place.setAttribute("role", "alert");
    place.textContent = sentence;
  }
}

async function load(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new Refusal(`A part of this page (${address}) could not be fetched. Check the connection, then reload the page.`);
  }
  if (!response.ok) {
    throw new Refusal(`A part of this page (${address}) could not be fetched: the server answered ${response.status}. Reload the page, or tell whoever runs this address.`);
  }
  return response;
}

async function compile(address) {
  const response = await load(address);
  // Compiling while fetching needs the right media type; a host that sends another one still serves the page.
  if (response.headers.get("Content-Type")?.split(";")[0].trim() === "application/wasm") {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

function allLoaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => addEventListener("load", resolve, { once: true }));
}

function closeNetwork() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = closed;
  document.head.append(policy);
}

async function start() {
  if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
    throw new Refusal("This browser has no WebAssembly or no workers, which Sensorium needs. Use a current Firefox, Chrome, Edge or Safari.");
  }
  if (!WebAssembly.validate(vectors)) {
    throw new Refusal("This browser's WebAssembly has no 128-bit vectors, which Sensorium needs. Use a current Firefox, Chrome, Edge or Safari (16.4 or newer).");
  }
  const { glue: glueAddress, wasm: wasmAddress } = document.querySelector("script[data-glue]").dataset;
  const [module, glue] = await Promise.all([
    compile(wasmAddress),
    load(glueAddress).then((response) => response.text()),
    allLoaded(),
  ]);
  closeNetwork();
  // The page takes this up at once and removes it (src/browser/boot.rs).
  globalThis.sensoriumBoot = { glue, closedAt: performance.now() };
  const address = URL.createObjectURL(new Blob([glue], { type: "text/javascript" }));
  const { default: init } = await import(address);
  URL.revokeObjectURL(address);
  await init({ module_or_path: module });
}

start().catch((error) => {
  if (error instanceof Refusal) {
    say(error.message);
  } else {
    say(`Sensorium could not start: ${error}. Reload the page; if that does not help, use a current Firefox, Chrome, Edge or Safari.`);
    console.error(error);
  }
});
