use super::*;
use crate::Holder;
use crate::windows::window::{StaffTask, WindowKind};
use desktop_delivery::memory::MemoryRegistry;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::CountingEntropy;
use desktop_delivery::{PatronId, RequestHandle};

struct Stage {
    windows: Windows,
    keys: ApiKeys,
    clock: Arc<ManualClock>,
}

fn stage() -> Stage {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
    let registry = Arc::new(MemoryRegistry::new());
    let entropy = Arc::new(CountingEntropy::default());
    let keys = ApiKeys::new(registry.clone(), entropy.clone(), clock.clone());
    Stage { windows: Windows::new(registry, entropy, clock.clone()), keys, clock }
}

fn origin() -> WebOrigin {
    WebOrigin::new("https://ill.example.org").unwrap()
}

fn upload() -> Window {
    let person = (AgencyId::new("CA-OTU").unwrap(), StaffId::new("m-7").unwrap());
    let request = RequestHandle::from_bytes([7; 8]);
    let task = StaffTask::new(WindowKind::Upload, request, true, person, "Mei Ito");
    Window::new(WindowTask::Staff(task), origin())
}

impl Stage {
    /// Opens a window; returns its id and the cookie.
    async fn open(&self) -> (WindowId, String) {
        let offered = self.windows.offer(&upload(), None).await.unwrap();
        match self.windows.redeem(&offered.code, None).await.unwrap() {
            Redeemed::Opened { id, cookie, window } => {
                assert_eq!((id.clone(), window), (offered.id, upload()));
                (id, cookie.expose().to_owned())
            }
            refused => panic!("{refused:?}"),
        }
    }

    async fn redeem(&self, code: &str) -> Option<WindowRefusal> {
        match self.windows.redeem(code, None).await.unwrap() {
            Redeemed::Opened { .. } => None,
            Redeemed::Refused(why, _) => Some(why),
        }
    }

    async fn visit(&self, id: &WindowId, cookie: Option<&str>) -> Option<WindowRefusal> {
        match self.windows.visit(id, cookie).await.unwrap() {
            Visited::Open { .. } => None,
            Visited::Refused(why, _) => Some(why),
        }
    }
}

#[tokio::test]
async fn an_address_opens_one_window_once_within_60_seconds() {
    let here = stage();
    let offered = here.windows.offer(&upload(), None).await.unwrap();
    // Looking at it spends nothing.
    for _ in 0..3 {
        assert_eq!(here.windows.offered(&offered.code).await.unwrap(), Ok(upload()));
    }
    here.clock.advance(59);
    assert_eq!(here.redeem(&offered.code).await, None);
    assert_eq!(here.redeem(&offered.code).await, Some(WindowRefusal::Spent));
    let late = here.windows.offer(&upload(), None).await.unwrap();
    here.clock.advance(60);
    assert_eq!(here.redeem(&late.code).await, Some(WindowRefusal::Expired));
    for guess in ["", &late.code[..24], &format!("{}{}", late.id, "A".repeat(43))] {
        assert_eq!(here.redeem(guess).await, Some(WindowRefusal::Unknown), "{guess}");
    }
}

#[tokio::test]
async fn one_of_parallel_redemptions_opens_the_window() {
    let here = stage();
    for _ in 0..20 {
        let offered = here.windows.offer(&upload(), None).await.unwrap();
        let all = (0..16).map(|_| here.redeem(&offered.code));
        let all = futures_util::future::join_all(all).await;
        assert_eq!(all.iter().filter(|refused| refused.is_none()).count(), 1);
        assert!(all.iter().flatten().all(|why| *why == WindowRefusal::Spent));
    }
}

#[tokio::test]
async fn only_the_browser_that_redeemed_the_address_may_use_the_window() {
    let here = stage();
    let (id, cookie) = here.open().await;
    assert_eq!(here.visit(&id, Some(&cookie)).await, None);
    let (_, other) = here.open().await;
    for sent in [None, Some(""), Some(&*other), Some(&cookie[..40])] {
        assert_eq!(here.visit(&id, sent).await, Some(WindowRefusal::Elsewhere), "{sent:?}");
    }
    let offered = here.windows.offer(&upload(), None).await.unwrap();
    let refused = here.visit(&offered.id, Some(&cookie)).await;
    assert_eq!(refused, Some(WindowRefusal::Elsewhere), "it is not redeemed");
}

#[tokio::test]
async fn windows_of_one_person_share_a_cookie_and_another_person_replaces_it() {
    let here = stage();
    let (first, cookie) = here.open().await;
    let second = here.windows.offer(&upload(), None).await.unwrap();
    let Redeemed::Opened { id, cookie: again, .. } =
        here.windows.redeem(&second.code, Some(&cookie)).await.unwrap()
    else {
        panic!("it is offered")
    };
    assert_eq!(again.expose(), cookie);
    assert_eq!(here.visit(&first, Some(&cookie)).await, None);
    assert_eq!(here.visit(&id, Some(&cookie)).await, None);
    assert_ne!(again.form_key(&first), again.form_key(&id));

    let patron = WindowTask::Patron {
        agency: AgencyId::new("CA-BVAU").unwrap(),
        patron: PatronId::new("p-2041").unwrap(),
    };
    let third = here.windows.offer(&Window::new(patron, origin()), None).await.unwrap();
    let Redeemed::Opened { cookie: other, .. } =
        here.windows.redeem(&third.code, Some(&cookie)).await.unwrap()
    else {
        panic!("it is offered")
    };
    assert_ne!(other.expose(), cookie);
}

#[tokio::test]
async fn a_window_ends_after_30_idle_minutes_and_after_12_hours() {
    let here = stage();
    let (id, cookie) = here.open().await;
    here.clock.advance(1_799);
    assert_eq!(here.visit(&id, Some(&cookie)).await, None);
    here.clock.advance(1_799);
    assert_eq!(here.visit(&id, Some(&cookie)).await, None, "it was used");
    // A long upload is no idle time.
    here.clock.advance(3_600);
    here.windows.touch(&id).await.unwrap();
    assert_eq!(here.visit(&id, Some(&cookie)).await, None);
    here.clock.advance(1_800);
    assert_eq!(here.visit(&id, Some(&cookie)).await, Some(WindowRefusal::Ended));

    let (id, cookie) = here.open().await;
    for _ in 0..28 {
        here.clock.advance(1_500);
        assert_eq!(here.visit(&id, Some(&cookie)).await, None);
    }
    here.clock.advance(1_500);
    assert_eq!(here.visit(&id, Some(&cookie)).await, Some(WindowRefusal::Ended));
    assert_eq!(here.windows.sweep().await.unwrap(), 2);
    assert_eq!(here.visit(&id, Some(&cookie)).await, Some(WindowRefusal::Unknown));
}

#[tokio::test]
async fn a_window_can_be_ended_before_and_after_it_is_opened() {
    let here = stage();
    let offered = here.windows.offer(&upload(), None).await.unwrap();
    assert!(here.windows.end(&offered.id).await.unwrap());
    assert_eq!(here.redeem(&offered.code).await, Some(WindowRefusal::Ended));
    assert!(!here.windows.end(&offered.id).await.unwrap(), "it has ended");

    let (id, cookie) = here.open().await;
    assert!(here.windows.end(&id).await.unwrap());
    here.windows.touch(&id).await.unwrap();
    assert_eq!(here.visit(&id, Some(&cookie)).await, Some(WindowRefusal::Ended));
}

#[tokio::test]
async fn a_window_ends_when_its_key_is_revoked_or_loses_the_origin() {
    let here = stage();
    let keys = &here.keys;
    for is_revoked in [true, false] {
        let key = keys.make_with_origins(Holder::Host, "", vec![origin()]).await.unwrap();
        let (key, _) = keys.find(&key).await.unwrap().unwrap();
        let offered = here.windows.offer(&upload(), Some(&key)).await.unwrap();
        let waiting = here.windows.offer(&upload(), Some(&key)).await.unwrap();
        let opened = here.windows.redeem(&offered.code, None).await.unwrap();
        let Redeemed::Opened { id, cookie, .. } = opened else { panic!("it is offered") };
        assert_eq!(here.visit(&id, Some(cookie.expose())).await, None);
        if is_revoked {
            assert!(keys.revoke(&key).await.unwrap());
        } else {
            assert!(keys.set_origins(&key, &[]).await.unwrap());
        }
        assert_eq!(here.visit(&id, Some(cookie.expose())).await, Some(WindowRefusal::Ended));
        assert_eq!(here.redeem(&waiting.code).await, Some(WindowRefusal::Ended));
    }
}

#[tokio::test]
async fn the_name_that_the_host_stated_last_is_kept() {
    let here = stage();
    let (agency, id) = (AgencyId::new("CA-OTU").unwrap(), StaffId::new("m-7").unwrap());
    assert_eq!(here.windows.staff_name(&agency, &id).await.unwrap(), None);
    here.open().await;
    let mut married = upload();
    let WindowTask::Staff(task) = &mut married.task else { panic!("it is staff") };
    task.name = "Mei Ito-Roy".to_owned();
    here.windows.offer(&married, None).await.unwrap();
    let name = here.windows.staff_name(&agency, &id).await.unwrap();
    assert_eq!(name.as_deref(), Some("Mei Ito-Roy"));
    let elsewhere = AgencyId::new("CA-BVAU").unwrap();
    assert_eq!(here.windows.staff_name(&elsewhere, &id).await.unwrap(), None);
    assert!(!format!("{married:?}").contains("Mei"));
}
