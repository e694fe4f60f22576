use std::net::TcpListener;

/// Returns free ports of 127.0.0.1, all different.
///
/// # Panics
/// If there are none left.
#[must_use]
pub fn free_ports<const N: usize>() -> [u16; N] {
    let held: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("there is a free port"));
    held.map(|held| held.local_addr().expect("it has an address").port())
}
