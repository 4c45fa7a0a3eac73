//! The page: signals, components and their wording.
//!
//! Owns what a person sees and does. Assumes the network is closed already. Refuses to loop over readings: it shows what the
//! worker answers.

mod actions;
mod address;
mod answers;
mod card;
mod chart;
mod controls;
mod devices;
mod drop;
mod empty;
mod engine;
mod exports;
mod header;
mod histogram;
mod icons;
mod notices;
mod overrule;
mod reading;
mod ready;
mod refused;
mod rehearsal;
mod room;
mod source;
mod state;
mod tables;
mod tabs;
mod theme;
mod tiles;
mod timing;
mod zones;

use leptos::prelude::*;
use sensorium::browser::{boot, requests};
use sensorium::recipe::Recipe;

use state::{Page, Phase};

/// Starts the page.
pub fn start() {
    // Built small, a panic has no words.
    #[cfg(not(small))]
    console_error_panic_hook::set_once();
    if let Err(reason) = boot::take() {
        wasm_bindgen::throw_str(&reason);
    }
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let page = Page::new();
    provide_context(page);
    theme::start(page);
    if let Err(reason) = requests::start(move |total| page.requests.set(total)) {
        notices::lasting(page, format!("Requests cannot be counted: {reason}."));
    }
    engine::start_worker(page);
    address::start(page);
    Effect::new(move |_| {
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-phase", page.phase.get().name());
        }
    });
    Effect::new(move |_| {
        document().set_title(&match title(page) {
            Some(title) => format!("{title} - Sensorium"),
            None => String::from("Sensorium"),
        });
    });
    follow_chart(page);
    rehearsal::start(page);
    // The recipe of a link is shown before any file is chosen.
    let controls = move || page.phase.get() != Phase::Empty || page.recipe.with(|recipe| *recipe != Recipe::default());
    view! {
        <a class="skip" href="#drop" on:click=skip>
            "Skip to the log"
        </a>
        <header::Header />
        <div class="shell" class:bare=move || !controls()>
            <controls::Controls shown=Signal::derive(controls) />
            <main id="drop" tabindex="-1" aria-busy=move || page.busy.get().to_string()>
                <div class="busy" class:shown=move || page.busy.get() aria-hidden="true"></div>
                {move || match page.phase.get() {
                    Phase::Empty => Some(view! { <empty::Empty /> }.into_any()),
                    Phase::Reading => Some(view! { <reading::ReadingLog /> }.into_any()),
                    Phase::Refused => Some(view! { <refused::Refused /> }.into_any()),
                    Phase::Ready => None,
                }}
                <Show when=move || page.prepared.get()>
                    <ready::Ready />
                </Show>
            </main>
        </div>
        <notices::Notices />
    }
}

/// A fragment holds the view, so the link for skipping moves the focus itself.
fn skip(event: web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    let main = document().get_element_by_id("drop").and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(main) = main {
        let _ = main.focus();
    }
}

fn title(page: Page) -> Option<String> {
    (page.phase.get() != Phase::Empty).then(|| engine::open_title(page)).flatten()
}

/// Asks for another chart whenever what it depends on changes.
fn follow_chart(page: Page) {
    let wanted = Memo::new(move |_| page.chart_ask());
    Effect::new(move |_| {
        let wanted = wanted.get();
        if page.phase.get() == Phase::Ready && wanted.columns_px > 0 {
            engine::wish_chart(page, wanted);
        }
    });
}
