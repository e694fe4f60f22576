//! Sign-in, account settings and staff accounts, for hosts that use `desktop-delivery-identity`.

mod account_holder;
mod account_parts;
mod accounts;
mod identity_sign_in;
mod newcomer;
mod own_account;
mod patron_sign_in;
mod session_kind;
mod sign_on_failure;
mod single_sign_on;
mod staff_sign_in;
mod tracking_patron;

pub use account_parts::AccountParts;
pub use identity_sign_in::IdentitySignIn;

use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn routes() -> Routes<AccountParts> {
    Routes::new()
        .get("/sign-in", staff_sign_in::show)
        .post("/sign-in", staff_sign_in::sign_in)
        .get("/sign-in/with/{provider}", single_sign_on::begin)
        .get("/sign-in/callback/{provider}", single_sign_on::finish)
        .post("/sign-out", staff_sign_in::sign_out)
        .get("/sign-out/with/{provider}", single_sign_on::sign_out)
        .get("/account", own_account::show)
        .post("/account/password", own_account::change_password)
        .post("/account/language", own_account::choose_language)
        .post("/account/sign-out-everywhere", own_account::sign_out_everywhere)
        .get("/library/accounts", accounts::show)
        .post("/library/accounts/make", accounts::create)
        .get("/library/accounts/{login}", accounts::show_one)
        .post("/library/accounts/{login}/details", accounts::details)
        .post("/library/accounts/{login}/access", accounts::access)
        .post("/library/accounts/{login}/password", accounts::password)
        .post("/library/accounts/{login}/sign-out", accounts::sign_out)
        .get("/track", patron_sign_in::show)
        .post("/track/sign-in", patron_sign_in::sign_in)
        .post("/track/sign-out", patron_sign_in::sign_out)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<accounts::AccountPage>(frame);
    samples.add::<accounts::AccountsPage>(frame);
    samples.add::<own_account::AccountPage>(frame);
    samples.add::<patron_sign_in::TrackPage>(frame);
    samples.add::<staff_sign_in::SignInPage>(frame);
    single_sign_on::samples(frame, samples);
}
