//! Random commands, run on the rules and on a model with only sums: both always
//! grant and count the same.

use crate::support::{Bench, START, article};
use desktop_delivery::decide::{self, ClaimCommand, Claimed};
use desktop_delivery::delivery::{BudgetName, ClaimIdentity, ReplaceReason};
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::ids::{ClaimNo, IdempotencyHash, LinkNo, VersionNo};
use desktop_delivery::policy::Spending;
use desktop_delivery::{AttachmentNo, Audience, Policy, Refusal, Terms};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

const DAY: i64 = 86_400;
const AUDIENCES: [Audience; 3] = [Audience::Patron, Audience::Partner, Audience::RequesterStaff];

#[derive(Clone, Debug)]
enum Command {
    /// By a page: 0 is the next ordinal, and other numbers count back from it. 9 is an invalid one.
    Claim {
        link: usize,
        file: usize,
        back: u32,
    },
    ClaimByKey {
        link: usize,
        file: usize,
        key: u8,
    },
    Refund {
        nth: usize,
    },
    ChangeTerms {
        file: usize,
        downloads: u32,
        days: u16,
    },
    Grant {
        file: usize,
        audience: usize,
        downloads: u32,
        days: Option<u16>,
    },
    Replace {
        file: usize,
        wrong: bool,
    },
    Reissue {
        link: usize,
    },
    Wait {
        seconds: i64,
    },
    RunDue,
}

fn command() -> impl Strategy<Value = Command> {
    let (link, file) = (0..3_usize, 0..2_usize);
    prop_oneof![
        8 => (link.clone(), file.clone(), prop_oneof![6 => Just(0), 2 => 1..4_u32, 1 => Just(9)])
            .prop_map(|(link, file, back)| Command::Claim { link, file, back }),
        4 => (link.clone(), file.clone(), 0..3_u8)
            .prop_map(|(link, file, key)| Command::ClaimByKey { link, file, key }),
        3 => (0..4_usize).prop_map(|nth| Command::Refund { nth }),
        3 => (file.clone(), 0..7_u32, prop_oneof![3 => 0..4_u16, 1 => 88..93_u16])
            .prop_map(|(file, downloads, days)| Command::ChangeTerms { file, downloads, days }),
        2 => (file.clone(), link.clone(), 0..4_u32, prop::option::of(0..3_u16)).prop_map(
            |(file, audience, downloads, days)| Command::Grant { file, audience, downloads, days }
        ),
        1 => (file, any::<bool>()).prop_map(|(file, wrong)| Command::Replace { file, wrong }),
        1 => link.prop_map(|link| Command::Reissue { link }),
        3 => prop_oneof![Just(1), Just(7_199), Just(7_200), Just(DAY / 2), Just(2 * DAY)]
            .prop_map(|seconds| Command::Wait { seconds }),
        1 => Just(Command::RunDue),
    ]
}

#[derive(Clone, Debug)]
struct File {
    version: u16,
    downloads: u32,
    days: u16,
    expires_at: i64,
}

#[derive(Clone, Debug)]
struct Counted {
    no: u32,
    link: u16,
    file: usize,
    version: u16,
    name: BudgetName,
    identity: ClaimIdentity,
    at: i64,
    end: i64,
}

/// The model: files, sums, and claims that have not been removed.
#[derive(Clone, Debug)]
struct Model {
    own: bool,
    now: i64,
    files: Vec<File>,
    /// The number of each audience's link.
    links: Vec<u16>,
    last_link: u16,
    used: HashMap<(usize, u16, BudgetName), u32>,
    granted: HashMap<(usize, u16, BudgetName), u32>,
    known: Vec<Counted>,
    /// The versions that were the wrong document, and earlier ones.
    wrong: HashSet<(usize, u16)>,
    from_page: HashMap<(u16, usize), u32>,
    refunded: HashMap<usize, u32>,
    last_claim: u32,
}

impl Model {
    fn name(&self, audience: usize) -> BudgetName {
        let own = [BudgetName::Patron, BudgetName::Partner, BudgetName::Staff];
        if self.own { own[audience] } else { BudgetName::Shared }
    }

    fn limit(&self, file: usize, name: BudgetName) -> u32 {
        let start = if name == BudgetName::Staff { 2 } else { self.files[file].downloads };
        start + self.granted.get(&(file, self.files[file].version, name)).unwrap_or(&0)
    }

    fn claim(&mut self, audience: usize, file: usize, identity: ClaimIdentity) -> String {
        let link = self.links[audience];
        let same = |c: &&Counted| (c.link, c.file, c.identity) == (link, file, identity);
        if let Some(claim) = self.known.iter().find(same) {
            if self.now < claim.end && self.wrong.contains(&(file, claim.version)) {
                return "replaced".to_owned();
            }
            if self.now < claim.end {
                return format!("repeats {}", claim.no);
            }
            if self.now < claim.at + DAY || matches!(identity, ClaimIdentity::Ordinal(_)) {
                return "ended".to_owned();
            }
        }
        let made = *self.from_page.get(&(link, file)).unwrap_or(&0);
        match identity {
            ClaimIdentity::Ordinal(n) if n != made + 1 => {
                return if (1..=made).contains(&n) { "ended" } else { "stale" }.to_owned();
            }
            ClaimIdentity::Ordinal(_) | ClaimIdentity::Key(_) => {}
            _ => unreachable!("there are two kinds of identity"),
        }
        if self.now >= self.files[file].expires_at {
            return "expired".to_owned();
        }
        let (name, version) = (self.name(audience), self.files[file].version);
        let limit = self.limit(file, name);
        let used = self.used.entry((file, version, name)).or_default();
        if *used >= limit {
            return "exhausted".to_owned();
        }
        *used += 1;
        if let ClaimIdentity::Ordinal(_) = identity {
            self.from_page.insert((link, file), made + 1);
        }
        let now = self.now;
        self.known.retain(|claim| now < claim.end || now < claim.at + DAY);
        self.last_claim += 1;
        let (no, end) = (self.last_claim, now + 7_200);
        self.known.push(Counted { no, link, file, version, name, identity, at: now, end });
        format!("counts {no}")
    }

    /// Removes a claim whose ticket has ended and that cannot be repeated. Returns whether it was
    /// one.
    fn forget(&mut self, no: u32) -> bool {
        let (now, links) = (self.now, self.links.clone());
        let is_closed = |claim: &Counted| {
            let is_of_page = matches!(claim.identity, ClaimIdentity::Ordinal(_));
            now >= claim.end
                && (!links.contains(&claim.link)
                    || (is_of_page && now >= claim.end + 600)
                    || now >= claim.at + DAY)
        };
        let before = self.known.len();
        self.known.retain(|claim| claim.no != no || !is_closed(claim));
        self.known.len() < before
    }

    fn refund(&mut self, no: u32) -> String {
        let Some(place) = self.known.iter().position(|claim| claim.no == no) else {
            return "unknown".to_owned();
        };
        let given = self.refunded.entry(self.known[place].file).or_default();
        if *given == 3 {
            return "kept".to_owned();
        }
        *given += 1;
        let claim = self.known.remove(place);
        if let Some(used) = self.used.get_mut(&(claim.file, claim.version, claim.name)) {
            *used -= 1;
        }
        if let Some(made) = self.from_page.get_mut(&(claim.link, claim.file))
            && claim.identity == ClaimIdentity::Ordinal(*made)
        {
            *made -= 1;
        }
        "given back".to_owned()
    }

    fn end_of_day(&self, from: i64, days: u16) -> i64 {
        (from / DAY + i64::from(days) + 1) * DAY
    }

    fn change_terms(&mut self, file: usize, downloads: u32, days: u16) -> String {
        if !(1..=5).contains(&downloads) || days > 90 {
            return "over-limit".to_owned();
        }
        if days != self.files[file].days && self.end_of_day(START.as_seconds(), days) <= self.now {
            return "past-end".to_owned();
        }
        let version = self.files[file].version;
        let floor = self
            .used
            .iter()
            .filter(|((f, v, name), _)| (*f, *v) == (file, version) && *name != BudgetName::Staff)
            .map(|(key, used)| used.saturating_sub(*self.granted.get(key).unwrap_or(&0)))
            .max();
        self.files[file].downloads = downloads.max(floor.unwrap_or(0));
        if days != self.files[file].days {
            self.files[file].days = days;
            self.files[file].expires_at = self.end_of_day(START.as_seconds(), days);
        }
        "changed".to_owned()
    }

    fn grant(&mut self, file: usize, audience: usize, more: u32, days: Option<u16>) -> String {
        let name = self.name(audience);
        let granted = self.granted.entry((file, self.files[file].version, name)).or_default();
        if *granted + more > 5 {
            return "over-limit".to_owned();
        }
        *granted += more;
        if let Some(days) = days {
            let end = self.end_of_day(self.now, days);
            self.files[file].expires_at = self.files[file].expires_at.max(end);
        }
        "granted".to_owned()
    }
}

fn word<T>(result: &Result<T, Refusal>, word: &str) -> String {
    match result {
        Ok(_) => word.to_owned(),
        Err(refusal) => refusal.code().to_owned(),
    }
}

struct Both {
    bench: Bench,
    model: Model,
}

impl Both {
    fn new(own: bool) -> Self {
        let spending = if own { Spending::Own { staff_downloads: 2 } } else { Spending::Shared };
        let mut bench = Bench::new(Policy::illume().with_spending(spending));
        for _ in 0..2 {
            let file = article().with_terms(Terms::new(2, 3));
            bench.upload(file).expect("the file is allowed");
        }
        bench.ship();
        for audience in AUDIENCES {
            bench.act(|d, c| decide::issue_link(d, audience, c)).expect("it is shipped");
        }
        let now = START.as_seconds();
        let file = File { version: 1, downloads: 2, days: 3, expires_at: (now / DAY + 4) * DAY };
        let model = Model {
            own,
            now,
            files: vec![file.clone(), file],
            links: vec![1, 2, 3],
            last_link: 3,
            used: HashMap::new(),
            granted: HashMap::new(),
            known: Vec::new(),
            wrong: HashSet::new(),
            from_page: HashMap::new(),
            refunded: HashMap::new(),
            last_claim: 0,
        };
        Self { bench, model }
    }

    fn claim(&mut self, link: usize, file: usize, identity: ClaimIdentity) -> (String, String) {
        let command =
            ClaimCommand::new(LinkNo::new(self.model.links[link]), attachment(file), identity)
                .with_acknowledged(true);
        let done = self.bench.act(|d, c| decide::claim(d, &command, c));
        let done = match done {
            Ok(Claimed::Counted(claim)) => format!("counts {}", claim.no),
            Ok(Claimed::Repeated(claim)) => format!("repeats {}", claim.no),
            Err(refusal) => refusal.code().to_owned(),
        };
        (done, self.model.claim(link, file, identity))
    }

    /// Returns the results of the rules and of the model.
    fn run(&mut self, command: &Command) -> (String, String) {
        match *command {
            Command::Claim { link, file, back } => {
                let key = (self.model.links[link], file);
                let next = self.model.from_page.get(&key).unwrap_or(&0) + 1;
                let ordinal = if back == 9 { next + 5 } else { next.saturating_sub(back) };
                self.claim(link, file, ClaimIdentity::Ordinal(ordinal))
            }
            Command::ClaimByKey { link, file, key } => {
                let hash = IdempotencyHash::from_bytes([key; 16]);
                self.claim(link, file, ClaimIdentity::Key(hash))
            }
            Command::Refund { nth } => {
                let last = self.model.last_claim;
                let no = last.saturating_sub(u32::try_from(nth).unwrap_or(0));
                let done = self.bench.act(|d, c| decide::refund(d, ClaimNo::new(no), c));
                let done = match done {
                    Ok(false) => "kept".to_owned(),
                    done => word(&done, "given back"),
                };
                // A claim that cannot be repeated may be removed, but need not be.
                if done == "unknown" && self.model.forget(no) {
                    return (done.clone(), done);
                }
                (done, self.model.refund(no))
            }
            Command::ChangeTerms { file, downloads, days } => {
                let terms = Terms::new(downloads, days);
                let why = "as agreed".to_owned();
                let change = TermsChange::new(attachment(file), terms, why);
                let done = self.bench.act(|d, c| decide::change_terms(d, &change, c));
                (word(&done, "changed"), self.model.change_terms(file, downloads, days))
            }
            Command::Grant { file, audience, downloads, days } => {
                let grant = Grant::new(attachment(file), AUDIENCES[audience])
                    .with_downloads(downloads)
                    .with_days(days);
                let done = self.bench.act(|d, c| decide::grant(d, &grant, c));
                (word(&done, "granted"), self.model.grant(file, audience, downloads, days))
            }
            Command::Replace { file, wrong } => {
                let reason =
                    if wrong { ReplaceReason::WrongDocument } else { ReplaceReason::MissingPages };
                let done = self.bench.upload(article().replacing(attachment(file), reason));
                if wrong {
                    let versions = 1..=self.model.files[file].version;
                    self.model.wrong.extend(versions.map(|version| (file, version)));
                }
                self.model.files[file].version += 1;
                (word(&done, "replaced"), "replaced".to_owned())
            }
            Command::Reissue { link } => {
                let no = LinkNo::new(self.model.links[link]);
                self.bench.act(|d, c| decide::revoke_link(d, no, c)).expect("the link exists");
                let audience = AUDIENCES[link];
                let new = self.bench.act(|d, c| decide::issue_link(d, audience, c));
                self.model.last_link += 1;
                self.model.links[link] = self.model.last_link;
                (format!("{new:?}"), format!("Ok(LinkNo({}))", self.model.last_link))
            }
            Command::Wait { seconds } => {
                self.bench.advance(seconds);
                self.model.now += seconds;
                Default::default()
            }
            Command::RunDue => {
                self.bench.run_due();
                Default::default()
            }
        }
    }

    fn check_sums(&self) {
        let delivery = &self.bench.delivery;
        for (file, known) in self.model.files.iter().enumerate() {
            let stored = delivery.record.attachment(attachment(file)).expect("nothing is removed");
            assert_eq!(stored.terms.max_downloads, known.downloads);
            assert_eq!(stored.expires_at.map(|end| end.as_seconds()), Some(known.expires_at));
            // Versions that can no longer be claimed need not be kept.
            let version = known.version;
            for name in
                [BudgetName::Partner, BudgetName::Patron, BudgetName::Shared, BudgetName::Staff]
            {
                let budget = delivery.usage.budget(attachment(file), VersionNo::new(version), name);
                let key = (file, version, name);
                let used = *self.model.used.get(&key).unwrap_or(&0);
                let granted = *self.model.granted.get(&key).unwrap_or(&0);
                assert_eq!((budget.used, budget.granted), (used, granted), "{key:?}");
                assert!(used <= self.model.limit(file, name), "more than allowed: {key:?}");
            }
        }
        let size = serde_json::to_vec(&delivery.usage).expect("a usage is plain data").len();
        assert!(size < 16_000, "the usage grows to {size} bytes");
    }
}

fn attachment(file: usize) -> AttachmentNo {
    AttachmentNo::new(u16::try_from(file + 1).expect("there are two"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn the_rules_count_like_a_model_of_sums(
        own in any::<bool>(),
        commands in prop::collection::vec(command(), 1..60),
    ) {
        let mut both = Both::new(own);
        for command in &commands {
            let (done, expected) = both.run(command);
            prop_assert_eq!(done, expected, "{:?}", command);
            both.check_sums();
        }
    }
}
