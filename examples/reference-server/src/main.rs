//! A server that shows desktop delivery whole.

fn main() {}
