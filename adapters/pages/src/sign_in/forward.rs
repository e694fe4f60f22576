use super::{SignIn, SignedInPatron, SignedInStaff};
use async_trait::async_trait;
use desktop_delivery::{AgencyId, PatronId, StaffId, StoreError};
use http::HeaderMap;
use std::sync::Arc;

macro_rules! forward {
    ($($pointer:ident)+) => {$(
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: SignIn + ?Sized> SignIn for $pointer<T> {
            async fn staff(
                &self,
                headers: &HeaderMap,
            ) -> Result<Option<SignedInStaff>, StoreError> {
                (**self).staff(headers).await
            }

            async fn patron(
                &self,
                headers: &HeaderMap,
            ) -> Result<Option<SignedInPatron>, StoreError> {
                (**self).patron(headers).await
            }

            fn staff_sign_in(&self, next: &str) -> String {
                (**self).staff_sign_in(next)
            }

            fn patron_sign_in(&self, next: &str) -> String {
                (**self).patron_sign_in(next)
            }

            fn staff_sign_out(&self) -> Option<String> {
                (**self).staff_sign_out()
            }

            fn patron_sign_out(&self) -> Option<String> {
                (**self).patron_sign_out()
            }

            fn staff_account(&self) -> Option<String> {
                (**self).staff_account()
            }

            async fn staff_name(
                &self,
                agency: &AgencyId,
                id: &StaffId,
            ) -> Result<Option<String>, StoreError> {
                (**self).staff_name(agency, id).await
            }

            async fn can_track(
                &self,
                agency: &AgencyId,
                patron: &PatronId,
            ) -> Result<bool, StoreError> {
                (**self).can_track(agency, patron).await
            }
        }
    )+};
}
forward!(Arc Box);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FormKey;
    use desktop_delivery::Actor;

    /// A sign-in that overrides every default.
    #[derive(Debug)]
    struct Custom;

    #[async_trait]
    impl SignIn for Custom {
        async fn staff(&self, _: &HeaderMap) -> Result<Option<SignedInStaff>, StoreError> {
            let library = AgencyId::new("CA-OTU").unwrap();
            Ok(Some(SignedInStaff::new(Actor::Host, library, "m.ito", FormKey::new("k"))))
        }

        async fn patron(&self, _: &HeaderMap) -> Result<Option<SignedInPatron>, StoreError> {
            let library = AgencyId::new("CA-OTU").unwrap();
            let patron = PatronId::new("p-2041").unwrap();
            Ok(Some(SignedInPatron::new(library, patron, FormKey::new("k"))))
        }

        fn staff_sign_in(&self, next: &str) -> String {
            format!("/login?to={next}")
        }

        fn patron_sign_in(&self, next: &str) -> String {
            format!("/card?to={next}")
        }

        fn staff_sign_out(&self) -> Option<String> {
            Some("/logout".to_owned())
        }

        fn patron_sign_out(&self) -> Option<String> {
            Some("/card/out".to_owned())
        }

        fn staff_account(&self) -> Option<String> {
            Some("/account".to_owned())
        }

        async fn staff_name(
            &self,
            _: &AgencyId,
            _: &StaffId,
        ) -> Result<Option<String>, StoreError> {
            Ok(Some("Mei Ito".to_owned()))
        }

        async fn can_track(&self, _: &AgencyId, _: &PatronId) -> Result<bool, StoreError> {
            Ok(true)
        }
    }

    async fn check(sign_in: impl SignIn) {
        let (headers, library) = (HeaderMap::new(), AgencyId::new("CA-OTU").unwrap());
        let (staff, patron) = (StaffId::new("m.ito").unwrap(), PatronId::new("p-2041").unwrap());
        assert_eq!(sign_in.staff(&headers).await.unwrap().unwrap().name, "m.ito");
        assert_eq!(sign_in.patron(&headers).await.unwrap().unwrap().patron, patron);
        assert_eq!(sign_in.staff_sign_in("x"), "/login?to=x");
        assert_eq!(sign_in.patron_sign_in("x"), "/card?to=x");
        assert_eq!(sign_in.staff_sign_out().unwrap(), "/logout");
        assert_eq!(sign_in.patron_sign_out().unwrap(), "/card/out");
        assert_eq!(sign_in.staff_account().unwrap(), "/account");
        assert_eq!(sign_in.staff_name(&library, &staff).await.unwrap().unwrap(), "Mei Ito");
        assert!(sign_in.can_track(&library, &patron).await.unwrap());
    }

    #[tokio::test]
    async fn a_pointer_signs_in_like_its_sign_in() {
        let shared: Arc<dyn SignIn> = Arc::new(Custom);
        let boxed: Box<dyn SignIn> = Box::new(Custom);
        check(shared).await;
        check(boxed).await;
    }
}
