use crate::support::browser::Browser;
use crate::support::until;
use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

/// Where the focus is: whether that is what is looked for, and whether people see it.
const FOCUS: &str = "
    const [css] = arguments;
    const focused = document.activeElement;
    if (!focused.matches(css)) return null;
    const style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && box.width > 0 && box.bottom > 0 && box.top < innerHeight;";

/// More than any page has stops.
const MANY_STOPS: usize = 120;

/// With what somebody works a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    /// Keys alone, pressed and released one by one.
    Keyboard,
    Mouse,
}

/// Somebody's hands at a browser; what they touch is named by CSS selectors, so in any language.
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

    /// Ticks a box, or chooses one of several.
    pub(crate) async fn tick(&self, css: &str) {
        self.work(css, Key::Space).await;
    }

    /// Writes into a field, over what it holds.
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

    /// Chooses files, each by its path; the window in which people choose them is the system's.
    pub(crate) async fn choose(&self, css: &str, paths: &[String]) {
        if self.with == With::Keyboard {
            self.reach(css).await;
        }
        self.find(css).await.send_keys(&paths.join("\n")).await.expect("it takes files");
    }

    /// Waits until there is something of this selector; answers what it says.
    pub(crate) async fn sees(&self, css: &str) -> String {
        until(&format!("{css} on the page"), || async {
            // A page that is going away has nothing.
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

    /// Goes on from stop to stop until this has the focus, and checks that people see where they are.
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
