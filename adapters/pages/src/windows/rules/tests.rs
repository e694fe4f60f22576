use super::*;
use desktop_delivery::{AgencyId, PatronId, StaffId};
use desktop_delivery_identity::windows::StaffTask;
use std::collections::BTreeSet;

const OWN: &str = "000102ab040506ff";
const OTHER: &str = "000102ab04050600";

fn staff(kind: WindowKind, lends: bool) -> WindowTask {
    let person = (AgencyId::new("CA-OTU").unwrap(), StaffId::new("m-7").unwrap());
    let request = RequestHandle::parse(OWN).unwrap();
    WindowTask::Staff(StaffTask::new(kind, request, lends, person, "Mei Ito"))
}

fn tasks() -> Vec<WindowTask> {
    let mut tasks: Vec<_> = [true, false]
        .into_iter()
        .flat_map(|lends| WindowKind::ALL.iter().map(move |kind| staff(*kind, lends)))
        .collect();
    let agency = AgencyId::new("CA-BVAU").unwrap();
    tasks.push(WindowTask::Patron { agency, patron: PatronId::new("p-2041").unwrap() });
    tasks
}

fn filled(path: &str, handle: &str) -> String {
    path.replace("{handle}", handle)
        .replace("{no}", "1")
        .replace("{page}", "2")
        .replace("{key}", "s1g.n4-t_re")
}

#[test]
fn every_rule_is_a_route_of_the_pages() {
    let routes: BTreeSet<_> =
        crate::routes().into_iter().map(|it| (it.method.to_string(), it.path)).collect();
    for Rule { method, path, .. } in RULES {
        assert!(routes.contains(&(method.to_string(), (*path).to_owned())), "{method} {path}");
    }
}

#[test]
fn a_window_may_send_what_its_rules_name_and_nothing_else() {
    for task in tasks() {
        for route in crate::routes() {
            let rule = RULES.iter().find(|it| it.method == route.method && it.path == route.path);
            let is_ruled = rule.is_some_and(|rule| {
                rule.windows.contains(&shown(&task)) && is_on_side(&task, rule.path)
            });
            let path = filled(&route.path, OWN);
            assert_eq!(permits(&task, &route.method, &path), is_ruled, "{task:?} {route:?}");
            for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                assert!(!permits(&task, &method, &path), "{method} {path}");
            }
        }
    }
}

#[test]
fn a_staff_window_never_reaches_another_request_or_the_other_side() {
    for task in tasks() {
        let WindowTask::Staff(staff) = &task else { continue };
        for Rule { method, path, .. } in RULES {
            assert!(!permits(&task, method, &filled(path, OTHER)), "{path}");
            let elsewhere = side_of(!staff.lends);
            if path.starts_with(elsewhere) || path.starts_with("/track") {
                assert!(!permits(&task, method, &filled(path, OWN)), "{path}");
            }
        }
    }
}

#[test]
fn disguised_paths_match_nothing() {
    let task = staff(WindowKind::Request, true);
    assert!(permits(&task, &Method::GET, &format!("/supply/{OWN}")));
    assert!(permits(&task, &Method::HEAD, &format!("/supply/{OWN}")));
    for path in [
        String::new(),
        "/".to_owned(),
        "/supply".to_owned(),
        format!("/supply/{OWN}/"),
        format!("//supply/{OWN}"),
        format!("/supply//{OWN}"),
        format!("/supply/{}", OWN.to_uppercase()),
        format!("/supply/{OWN}/../{OTHER}"),
        format!("/supply/%30{}", &OWN[1..]),
        format!("/supply/{OWN}/files/"),
        format!("/supply/{OWN}/files/1%2f"),
        format!("/supply/{OWN}/files/one"),
        format!("/SUPPLY/{OWN}"),
        format!("/pages/{OWN}/1/2/a%2Fb"),
    ] {
        assert!(!permits(&task, &Method::GET, &path), "{path}");
    }
}

#[test]
fn each_window_starts_on_a_page_that_it_may_show() {
    for task in tasks() {
        let is_possible = !matches!(
            &task,
            WindowTask::Staff(staff) if staff.kind == WindowKind::Upload && !staff.lends
        );
        assert_eq!(permits(&task, &Method::GET, &start(&task)), is_possible, "{task:?}");
    }
}

#[test]
fn outside_of_windows_everything_is_shown() {
    assert!(actions(None).values().all(|is_permitted| *is_permitted));
    let upload = actions(Some(&staff(WindowKind::Upload, true)));
    for (action, is_permitted) in
        [("upload", true), ("ship", true), ("list", false), ("withdraw", false), ("history", false)]
    {
        assert_eq!(upload[action], is_permitted, "{action}");
    }
    let files = actions(Some(&staff(WindowKind::Files, false)));
    assert!(files["download"] && files["receive"] && !files["upload"] && !files["cancel"]);
}

#[test]
fn every_success_message_of_these_pages_is_an_event() {
    let texts = crate::Templates::default().texts(desktop_delivery::Language::ENGLISH);
    for (word, _) in EVENTS {
        assert!(texts.has(&format!("done-{word}")), "{word}");
    }
    let english = include_str!("../../../messages/en/supply.ftl");
    let english = english.to_owned() + include_str!("../../../messages/en/borrow.ftl");
    let words = english.lines().filter_map(|line| line.strip_prefix("done-"));
    for word in words.filter_map(|line| line.split_once(" =")).map(|(word, _)| word) {
        assert!(event_of(word).is_some(), "{word}");
    }
}
