/// Defines an enum from one table of variants and stable names, which serde and `as_str` use.
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// All values, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns a stable identifier in kebab case, the same as in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}
pub(crate) use named_enum;

#[cfg(test)]
mod tests {
    use crate::delivery::{ProblemKind, ReplaceReason};
    use crate::notices::{NoticeKind, Recipient};
    use crate::{Audience, Status};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    fn check<T: Serialize + DeserializeOwned + Debug + PartialEq + Copy>(
        all: &[T],
        name: fn(T) -> &'static str,
        names: &[&str],
    ) {
        assert_eq!(all.iter().map(|value| name(*value)).collect::<Vec<_>>(), names);
        for value in all {
            let json = serde_json::to_string(value).unwrap();
            assert_eq!(json, format!("{:?}", name(*value)));
            assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
        }
    }

    #[test]
    fn names_in_json_and_as_str_stay_the_same() {
        let people = ["partner", "patron", "requester-staff", "supplier-staff"];
        check(Audience::ALL, Audience::as_str, &people);
        check(Recipient::ALL, Recipient::as_str, &people);
        let statuses = ["pending", "shipped", "received", "cancelled", "unfilled", "withdrawn"];
        check(Status::ALL, Status::as_str, &statuses);
        let kinds = [
            "cancel-requested",
            "more-granted",
            "more-requested",
            "problem-answered",
            "problem-reported",
            "received",
            "replaced",
            "shipped",
        ];
        check(NoticeKind::ALL, NoticeKind::as_str, &kinds);
        let problems = ["missing-page", "other", "unreadable", "wrong-article"];
        check(ProblemKind::ALL, ProblemKind::as_str, &problems);
        let reasons = ["missing-pages", "unreadable", "wrong-document", "other"];
        check(ReplaceReason::ALL, ReplaceReason::as_str, &reasons);
    }
}
