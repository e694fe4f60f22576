//! The HTTP face: link page, claim, ticket and a JSON API for staff.
