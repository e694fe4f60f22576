use super::agency_rule::AgencyRule;
use super::claims::Claims;
use super::refusal::SignOnRefusal;
use crate::accounts::{Login, Role};
use crate::fields::check_name;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{AgencyId, PatronId};
use std::collections::BTreeMap;

/// The longest name of a person, in bytes.
const MAX_NAME_BYTES: usize = 100;

/// Determines the account of a staff member from claims.
#[derive(Clone, Debug)]
pub struct StaffRules {
    /// The library.
    pub agency: AgencyRule,
    /// The role.
    pub role: RoleRule,
    /// The claim with the name of the person.
    pub name_claim: String,
    /// The claim with the user name that a new account gets.
    pub login_claim: String,
}

/// Determines the role of a staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleRule {
    /// Everyone has the same role.
    Fixed(Role),
    /// The role is that of the account, which must exist.
    OfAccount,
    /// The values of a claim stand for roles. A person with several roles gets the highest.
    Table {
        /// The name of the claim.
        claim: String,
        /// The roles by value. Other values are ignored.
        roles: BTreeMap<String, Role>,
    },
}

/// Determines the patron from claims.
#[derive(Clone, Debug)]
pub struct PatronRules {
    /// The library.
    pub agency: AgencyRule,
    /// The claim with the patron's number, as it is in requests.
    pub number_claim: String,
    /// The claim with the name of the person.
    pub name_claim: String,
    /// The claim with the email address that a new patron gets.
    pub email_claim: String,
    /// Whether to use the address without `email_verified`, for a provider that checks all
    /// addresses and does not send this claim.
    pub trusts_email: bool,
}

/// A staff member according to the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClaimedStaff {
    pub(super) agency: AgencyId,
    /// `None` for the role of the account.
    pub(super) role: Option<Role>,
    pub(super) name: Option<String>,
    pub(super) login: Option<Login>,
}

/// A patron according to the claims.
pub(super) struct ClaimedPatron {
    pub(super) agency: AgencyId,
    pub(super) number: PatronId,
    pub(super) name: Option<String>,
    pub(super) email: Option<EmailAddress>,
}

impl StaffRules {
    pub(super) fn apply(&self, claims: &Claims) -> Result<ClaimedStaff, SignOnRefusal> {
        let agency = self.agency.agency(claims)?;
        let role = self.role.role(claims)?;
        let login = claims.text(&self.login_claim).and_then(|text| Login::new(&text).ok());
        Ok(ClaimedStaff { agency, role, name: name(claims, &self.name_claim), login })
    }

    pub(super) fn claims(&self) -> Vec<&str> {
        let role = match &self.role {
            RoleRule::Fixed(_) | RoleRule::OfAccount => None,
            RoleRule::Table { claim, .. } => Some(claim.as_str()),
        };
        let own = [&self.name_claim, &self.login_claim].into_iter().map(String::as_str);
        own.chain(self.agency.claim()).chain(role).collect()
    }
}

impl RoleRule {
    fn role(&self, claims: &Claims) -> Result<Option<Role>, SignOnRefusal> {
        match self {
            Self::Fixed(role) => Ok(Some(*role)),
            Self::OfAccount => Ok(None),
            Self::Table { claim, roles } => {
                let texts = claims.texts(claim);
                let mut found: Vec<Role> =
                    texts.iter().filter_map(|text| roles.get(text).copied()).collect();
                found.sort_by_key(|role| *role != Role::Administrator);
                found.first().copied().map(Some).ok_or(SignOnRefusal::NoRole)
            }
        }
    }
}

impl PatronRules {
    pub(super) fn apply(&self, claims: &Claims) -> Result<ClaimedPatron, SignOnRefusal> {
        let agency = self.agency.agency(claims)?;
        let number = claims.text(&self.number_claim).and_then(|text| PatronId::new(text).ok());
        let number = number.ok_or(SignOnRefusal::NoNumber)?;
        let is_verified = self.trusts_email || claims.is_true("email_verified");
        let email = claims.text(&self.email_claim).filter(|_| is_verified);
        let email = email.and_then(|text| EmailAddress::new(&text).ok());
        Ok(ClaimedPatron { agency, number, name: name(claims, &self.name_claim), email })
    }

    pub(super) fn claims(&self) -> Vec<&str> {
        let own = [&self.number_claim, &self.name_claim, &self.email_claim];
        own.into_iter().map(String::as_str).chain(self.agency.claim()).collect()
    }
}

/// Returns the name of a person if it is one line that is short enough.
fn name(claims: &Claims, claim: &str) -> Option<String> {
    let text = claims.text(claim)?;
    check_name(&text, MAX_NAME_BYTES).ok().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(claims) => Claims::new(claims),
            _ => panic!("claims are an object"),
        }
    }

    fn agency(id: &str) -> AgencyId {
        AgencyId::new(id).unwrap()
    }

    fn staff_rules() -> StaffRules {
        let agencies = [("science", "CA-OTU"), ("law", "CA-BVAU"), ("physics", "CA-OTU")];
        let agencies = agencies.map(|(value, id)| (value.to_owned(), agency(id)));
        let roles = [("ill-admins", Role::Administrator), ("ill-staff", Role::Staff)];
        let roles = roles.map(|(value, role)| (value.to_owned(), role));
        StaffRules {
            agency: AgencyRule::Table { claim: "unit".to_owned(), agencies: agencies.into() },
            role: RoleRule::Table { claim: "groups".to_owned(), roles: roles.into() },
            name_claim: "name".to_owned(),
            login_claim: "preferred_username".to_owned(),
        }
    }

    #[test]
    fn claims_determine_library_role_and_name_of_staff() {
        let rules = staff_rules();
        let anne = json!({
            "unit": ["library", "physics", "science"], "groups": ["all", "ill-staff", "ill-admins"],
            "name": " Anne Roy ", "preferred_username": "Anne.Roy@example.org",
        });
        let anne = rules.apply(&claims(anne)).unwrap();
        assert_eq!(anne.agency, agency("CA-OTU"));
        assert_eq!(anne.role, Some(Role::Administrator), "the higher of two roles");
        assert_eq!(anne.name.as_deref(), Some("Anne Roy"));
        assert_eq!(anne.login.unwrap().as_str(), "anne.roy@example.org");
        let plain = json!({ "unit": "law", "groups": "ill-staff", "preferred_username": "a b" });
        let plain = rules.apply(&claims(plain)).unwrap();
        assert_eq!((plain.agency, plain.role), (agency("CA-BVAU"), Some(Role::Staff)));
        assert_eq!((plain.name, plain.login), (None, None));
        assert_eq!(rules.claims(), ["name", "preferred_username", "unit", "groups"]);
    }

    #[test]
    fn without_a_library_or_role_nobody_signs_in() {
        let rules = staff_rules();
        let refusal = |value| rules.apply(&claims(value)).unwrap_err();
        for unit in [json!(null), json!("arts"), json!(["science", "law"]), json!({})] {
            let refused = refusal(json!({ "unit": unit, "groups": "ill-staff" }));
            assert_eq!(refused, SignOnRefusal::NoLibrary, "{unit}");
        }
        for groups in [json!(null), json!("ILL-STAFF"), json!([]), json!(["other"])] {
            let refused = refusal(json!({ "unit": "law", "groups": groups }));
            assert_eq!(refused, SignOnRefusal::NoRole, "{groups}");
        }
    }

    #[test]
    fn a_claim_can_contain_the_id_of_the_library() {
        let rule = AgencyRule::Id { claim: "agency".to_owned() };
        let found = rule.agency(&claims(json!({ "agency": ["CA-OTU", "CA-OTU", ""] })));
        assert_eq!(found, Ok(agency("CA-OTU")));
        let two = rule.agency(&claims(json!({ "agency": ["CA-OTU", "CA-BVAU"] })));
        assert_eq!(two, Err(SignOnRefusal::NoLibrary));
        assert!(rule.serves(&agency("CA-QMU")));
        let fixed = AgencyRule::Fixed(agency("CA-OTU"));
        assert_eq!(fixed.agency(&claims(json!({}))), Ok(agency("CA-OTU")));
        assert!(!fixed.serves(&agency("CA-QMU")));
    }

    #[test]
    fn a_patron_needs_a_number_and_only_a_verified_email_address_is_used() {
        let mut rules = PatronRules {
            agency: AgencyRule::Fixed(agency("CA-BVAU")),
            number_claim: "card".to_owned(),
            name_claim: "name".to_owned(),
            email_claim: "email".to_owned(),
            trusts_email: false,
        };
        let email = |rules: &PatronRules, verified: Value| {
            let value =
                json!({ "card": "p-2041", "email": "c@example.org", "email_verified": verified });
            let patron = rules.apply(&claims(value)).unwrap();
            assert_eq!(patron.number.as_str(), "p-2041");
            patron.email.map(|email| email.as_str().to_owned())
        };
        assert_eq!(email(&rules, json!(true)).as_deref(), Some("c@example.org"));
        for unverified in [json!(false), json!(null), json!("no"), json!(1)] {
            assert_eq!(email(&rules, unverified), None);
        }
        let refused = rules.apply(&claims(json!({ "card": "" }))).err();
        assert_eq!(refused, Some(SignOnRefusal::NoNumber));
        rules.trusts_email = true;
        assert!(email(&rules, json!(null)).is_some());
    }
}
