use super::ParticipantJson;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The schema of a participant in responses, which have every field but the alias.
pub(super) enum StoredParticipantJson {}

impl PartialSchema for StoredParticipantJson {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = ParticipantJson::schema() else {
            return Ref::from_schema_name(ParticipantJson::name()).into();
        };
        object.description = Some("A participating library.".to_owned());
        object.properties.remove("email");
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let emails = ArrayBuilder::new().items(text());
        let emails = emails.description(Some("The email addresses of staff."));
        let policy = text().description(Some("The policy profile of its requests."));
        object.properties.insert("emails".to_owned(), Schema::from(emails).into());
        object.properties.insert("policy".to_owned(), Schema::from(policy).into());
        let is_always = |name: &&String| *name != "unusable_emails";
        object.required = object.properties.keys().filter(is_always).cloned().collect();
        // Later versions may add fields to responses.
        object.additional_properties = None;
        Schema::Object(object).into()
    }
}

impl ToSchema for StoredParticipantJson {}
