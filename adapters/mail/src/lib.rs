//! Notices by mail.
