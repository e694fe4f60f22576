use crate::support::browser::Browser;
use crate::support::until;
use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

/// Returns whether the focus is on the expected element and visible.
const FOCUS: &str = "
    const [css] = arguments;
    const focused = document.activeElement;
    if (!focused.matches(css)) return null;
    const style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && box.width > 0 && box.bottom > 0 && box.top < innerHeight;";

/// More than the number of tab stops of any page.
const MANY_STOPS: usize = 120;

/// The input device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    /// Keyboard only, with keys pressed and released one by one.
    Keyboard,
    Mouse,
}

/// A person at a browser. Elements are selected by CSS, which works in any language.
pub(crate) struct Hands {
    pub(crate) browser: Browser,
    with: With,
}

impl Hands {
    pub(crate) fn at(browser: Browser, with: With) -> Self {
        Self { browser, with }
    }

    /// Presses a button, or follows a link.
    pub(crate) async fn press(&self, css: &str) {
        self.work(css, Key::Enter).await;
    }

    /// Ticks a box, or selects an option.
    pub(crate) async fn tick(&self, css: &str) {
        self.work(css, Key::Space).await;
    }

    /// Replaces the value of a field.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        match self.with {
            With::Mouse => {
                let field = self.find(css).await;
                field.clear().await.expect("it can be emptied");
                field.send_keys(text).await.expect("it can be written into");
            }
            With::Keyboard => {
                self.reach(css).await;
                let all = KeyActions::new("keyboard".to_owned())
                    .then(KeyAction::Down { value: Key::Control.into() })
                    .then(KeyAction::Down { value: 'a' })
                    .then(KeyAction::Up { value: 'a' })
                    .then(KeyAction::Up { value: Key::Control.into() });
                self.browser.client.perform_actions(all).await.expect("the browser has keys");
                for letter in text.chars() {
                    self.stroke(letter).await;
                }
            }
        }
    }

    /// Chooses files by path; people would use a window of the operating system.
    pub(crate) async fn choose(&self, css: &str, paths: &[String]) {
        if self.with == With::Keyboard {
            self.reach(css).await;
        }
        self.find(css).await.send_keys(&paths.join("\n")).await.expect("it takes files");
    }

    /// Waits for an element that matches this selector; returns its text.
    pub(crate) async fn sees(&self, css: &str) -> String {
        until(&format!("{css} on the page"), || async {
            // A page being unloaded has no elements.
            self.browser.client.find(Locator::Css(css)).await.ok()?.text().await.ok()
        })
        .await
    }

    async fn work(&self, css: &str, key: Key) {
        match self.with {
            With::Mouse => self.find(css).await.click().await.expect("it can be clicked"),
            With::Keyboard => {
                self.reach(css).await;
                self.stroke(key.into()).await;
            }
        }
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.browser.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("there is no {css}: {error}"))
    }

    /// Moves from stop to stop until this element has the focus, and asserts that the focus is
    /// visible.
    async fn reach(&self, css: &str) {
        for _ in 0..MANY_STOPS {
            let script = self.browser.client.execute(FOCUS, vec![css.into()]).await;
            match script.expect("the browser answers") {
                Value::Bool(is_seen) => {
                    assert!(is_seen, "nobody sees that {css} has the focus");
                    return;
                }
                _ => self.stroke(Key::Tab.into()).await,
            }
        }
        panic!("no key leads to {css}");
    }

    async fn stroke(&self, value: char) {
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.browser.client.perform_actions(stroke).await.expect("the browser has keys");
    }
}
