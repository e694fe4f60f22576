//! The people, libraries, profiles and nodes of a run.

use crate::choices::Choices;
use crate::shared::Shared;
use crate::stores::{
    SimulatedBlobs, SimulatedClock, SimulatedDirectory, SimulatedLedger, SimulatedNotifier,
    SimulatedRegistry,
};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::MemoryDirectory;
use desktop_delivery::notices::NoticeKind;
use desktop_delivery::participants::Channel;
use desktop_delivery::policy::{GrantsBy, Policies, Quotas, Spending};
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, BlobStore, Contact, Desk, Entropy, KeyRing, Participant, Parts, PatronId,
    Policy, PublicAddress, Registry, StaffId, StoreError, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// When every run begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// The difference of any node's clock to the time, in seconds. The clocks of two nodes then agree
/// to within the 30 seconds that `Desk::with_heartbeats` requires.
pub(crate) const MAX_SKEW: i64 = 15;

/// Who takes part in a run.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) suppliers: Vec<AgencyId>,
    pub(crate) requesters: Vec<AgencyId>,
    pub(crate) patrons: Vec<PatronId>,
    pub(crate) staff: Vec<StaffId>,
    /// The profile of each requester.
    pub(crate) policies: BTreeMap<AgencyId, Policy>,
    /// What no error may show.
    pub(crate) secrets: Vec<String>,
}

const PATRONS: [(&str, &str, &str); 3] = [
    ("p-2211-secret", "Carla Santos", "carla.santos@example.org"),
    ("p-2041-secret", "Noor Haddad", "noor.haddad@example.net"),
    ("p-3107-secret", "Ines Roy", "ines.roy@example.org, ines@example.net"),
];

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("the id is short and plain")
}

impl Cast {
    pub(crate) fn draw(choices: &mut Choices) -> Self {
        let requesters = vec![agency("CA-BVAU"), agency("CA-NBFU")];
        let policies = requesters.iter().map(|id| (id.clone(), policy(id, choices))).collect();
        let patron = |(id, ..): &(&str, &str, &str)| PatronId::new(*id).expect("it is plain");
        let staff = ["s-17", "s-18"].map(|id| StaffId::new(id).expect("the id is plain"));
        Self {
            suppliers: vec![agency("CA-OTU"), agency("CA-QMM")],
            requesters,
            patrons: PATRONS.iter().map(patron).collect(),
            staff: staff.to_vec(),
            policies,
            secrets: PATRONS
                .iter()
                .flat_map(|(id, name, emails)| [*id, *name, emails.split(',').next().unwrap_or("")])
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Returns the first address of each patron by their id.
    pub(crate) fn addresses() -> BTreeMap<String, Vec<String>> {
        PATRONS
            .iter()
            .map(|(id, _, emails)| {
                ((*id).to_owned(), emails.split(',').map(|email| email.trim().to_owned()).collect())
            })
            .collect()
    }

    pub(crate) fn staff_of(&self, agency: &AgencyId, choices: &mut Choices) -> Actor {
        let id = choices.pick(&self.staff).unwrap_or(&self.staff[0]).clone();
        Actor::staff(agency.clone(), id)
    }

    fn directory(&self) -> MemoryDirectory {
        let mut directory = MemoryDirectory::new();
        for id in self.suppliers.iter().chain(&self.requesters) {
            let email = format!("ill@{}.example.org", id.as_str().to_lowercase());
            let mut library =
                Participant::new(id.clone(), format!("Library {id}")).with_email(email);
            if let Some(policy) = self.policies.get(id) {
                library = library.with_policy(policy.name.clone());
            }
            if id.as_str() == "CA-NBFU" {
                library = library.with_channel(Channel::Email);
            }
            if id.as_str() == "CA-QMM" {
                library = library.with_notice(NoticeKind::MoreRequested, false);
            }
            directory = directory.with_participant(library);
        }
        for (id, name, emails) in PATRONS {
            let patron = PatronId::new(id).expect("the id is plain");
            directory = directory.with_patron(patron, Contact::new(name, emails));
        }
        directory
    }
}

/// A profile with low limits, which are reached often.
fn policy(requester: &AgencyId, choices: &mut Choices) -> Policy {
    let name = format!("of-{}", requester.as_str().to_lowercase());
    let name = desktop_delivery::ids::PolicyName::new(name).expect("the name is plain");
    let number = |choices: &mut Choices, from: i64, to: i64| {
        u32::try_from(choices.number(from, to)).unwrap_or(1)
    };
    let few = |choices: &mut Choices, from: i64, to: i64| {
        u64::try_from(choices.number(from, to)).unwrap_or(1)
    };
    let spending = match choices.below(2) {
        0 => Spending::Shared,
        _ => Spending::Own { staff_downloads: number(choices, 1, 2) },
    };
    let days = u16::try_from(number(choices, 2, 60)).unwrap_or(1);
    let keep = u16::try_from(number(choices, 0, 20)).unwrap_or(1);
    let attachments = u16::try_from(number(choices, 2, 6)).unwrap_or(1);
    let mut quotas = Quotas::default().with_staff_previews_per_day(Some(few(choices, 2, 20)));
    if choices.chance(50) {
        quotas = quotas.with_patron_claims_per_day(Some(few(choices, 3, 9)));
    }
    if choices.chance(50) {
        quotas = quotas.with_supplier_bytes(Some(few(choices, 4_000, 20_000)));
    }
    if choices.chance(50) {
        quotas = quotas.with_supplier_uploads_per_day(Some(few(choices, 6, 30)));
    }
    let grants_by = if choices.chance(50) { GrantsBy::Both } else { GrantsBy::Supplier };
    Policy::illume()
        .with_name(name)
        .with_spending(spending)
        .with_max_downloads(number(choices, 1, 4))
        .with_max_granted(number(choices, 0, 3))
        .with_max_days(days)
        .with_keep_days(keep)
        .with_grants_by(grants_by)
        .with_free_preview(choices.chance(50))
        .with_allow_redirect(choices.chance(50))
        .with_ticket_seconds(number(choices, 60, 7_200))
        .with_upload_seconds(number(choices, 60, 7_200))
        .with_max_attachments(attachments)
        .with_max_file_bytes(3_000)
        .with_quotas(quotas)
}

/// Random bytes drawn from the seed.
#[derive(Debug)]
struct SeededEntropy(Mutex<Choices>);

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        let mut choices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let drawn: [u8; 8] = choices.bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
        Ok(())
    }
}

/// A process: a desk of its own on the stores of all.
pub(crate) struct Node {
    pub(crate) desk: Arc<Desk>,
    clock: Arc<SimulatedClock>,
    skew: i64,
}

/// The nodes of a run, and what they are built from.
pub(crate) struct World {
    pub(crate) cast: Cast,
    pub(crate) nodes: Vec<Node>,
    /// The time, without any node's skew.
    pub(crate) now: Timestamp,
    pub(crate) ledger: SimulatedLedger,
    pub(crate) keys: KeyRing,
    shared: Shared,
    registry: Arc<dyn Registry>,
    parts: Parts,
}

impl World {
    pub(crate) fn new(
        cast: Cast,
        shared: Shared,
        ledger: SimulatedLedger,
        (registry, blobs): (Arc<dyn Registry>, Arc<dyn BlobStore>),
        choices: &mut Choices,
    ) -> Self {
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let keys = KeyRing::new(SigningKey::new(1, secret(1)), secret(2));
        let mut policies = Policies::default();
        for policy in cast.policies.values() {
            policies = policies.with(policy.clone()).expect("its numbers are in range");
        }
        let directory = SimulatedDirectory { shared: shared.clone(), inner: cast.directory() };
        let registry = SimulatedRegistry { shared: shared.clone(), inner: registry };
        let parts = Parts {
            ledger: Arc::new(ledger.clone()),
            blobs: Arc::new(SimulatedBlobs::new(shared.clone(), blobs)),
            notifier: Arc::new(SimulatedNotifier(shared.clone())),
            directory: Arc::new(directory),
            inspector: Arc::new(AcceptAll),
            clock: Arc::new(ManualClock::at(START)),
            entropy: Arc::new(SeededEntropy(Mutex::new(Choices::of(choices.seed())))),
            keys: keys.clone(),
            policies,
            address: PublicAddress::new("https://ill.example.org").expect("it is an address"),
        };
        let nodes = Vec::new();
        let registry = Arc::new(registry);
        let mut world = Self { cast, nodes, now: START, ledger, keys, shared, registry, parts };
        let count = 2 + choices.below(2);
        for _ in 0..count {
            let node = world.start(0);
            world.nodes.push(node);
        }
        world.set_clocks();
        world
    }

    /// Starts a process, which knows only what is stored.
    fn start(&self, skew: i64) -> Node {
        let inner = ManualClock::at(self.now.plus_seconds(skew));
        let clock = Arc::new(SimulatedClock { shared: self.shared.clone(), inner });
        let (keys, clock_part) = (self.keys.clone(), Arc::clone(&clock) as _);
        let parts = Parts { clock: clock_part, keys, ..self.parts.clone() };
        let desk = Desk::new(parts).with_heartbeats(Arc::clone(&self.registry));
        Node { desk: Arc::new(desk), clock, skew }
    }

    /// Replaces a process that was killed.
    pub(crate) fn restart(&mut self, node: usize) {
        let skew = self.nodes[node].skew;
        self.nodes[node] = self.start(skew);
    }

    pub(crate) fn clock(&self, node: usize) -> Timestamp {
        self.now.plus_seconds(self.nodes[node].skew)
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
        self.set_clocks();
    }

    pub(crate) fn skew(&mut self, node: usize, seconds: i64) {
        self.nodes[node].skew = seconds;
        self.set_clocks();
    }

    fn set_clocks(&self) {
        let clocks: Vec<_> = (0..self.nodes.len()).map(|node| self.clock(node)).collect();
        for (node, now) in self.nodes.iter().zip(&clocks) {
            node.clock.inner.set(*now);
        }
        self.shared.lock().clocks = clocks;
    }

    /// Rotates the signing key, and gives every process the new ring, as a host does.
    pub(crate) fn rotate_keys(&mut self, secret: [u8; 32]) {
        self.keys = self.keys.rotate(SecretKey::from_bytes(secret), self.now);
        for node in &self.nodes {
            node.desk.set_keys(self.keys.clone());
        }
    }
}
