//! Sign-in, own account and staff accounts, for hosts whose people are in `desktop-delivery-identity`.

mod account_holder;
mod account_parts;
mod accounts;
mod identity_sign_in;
mod newcomer;
mod own_account;
mod patron_sign_in;
mod session_kind;
mod staff_sign_in;

pub use account_parts::AccountParts;
pub use identity_sign_in::IdentitySignIn;

use crate::web::{Frame, Samples};
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<AccountParts> {
    Router::new()
        .route("/sign-in", get(staff_sign_in::show).post(staff_sign_in::sign_in))
        .route("/sign-out", post(staff_sign_in::sign_out))
        .route("/account", get(own_account::show))
        .route("/account/password", post(own_account::change_password))
        .route("/account/language", post(own_account::choose_language))
        .route("/account/sign-out-everywhere", post(own_account::sign_out_everywhere))
        .route("/library/accounts", get(accounts::show))
        .route("/library/accounts/make", post(accounts::make))
        .route("/library/accounts/{login}", get(accounts::one))
        .route("/library/accounts/{login}/details", post(accounts::details))
        .route("/library/accounts/{login}/access", post(accounts::access))
        .route("/library/accounts/{login}/password", post(accounts::password))
        .route("/library/accounts/{login}/sign-out", post(accounts::sign_out))
        .route("/track", get(patron_sign_in::show))
        .route("/track/sign-in", post(patron_sign_in::sign_in))
        .route("/track/sign-out", post(patron_sign_in::sign_out))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<accounts::AccountPage>(frame);
    samples.add::<accounts::AccountsPage>(frame);
    samples.add::<own_account::AccountPage>(frame);
    samples.add::<patron_sign_in::TrackPage>(frame);
    samples.add::<staff_sign_in::SignInPage>(frame);
}
