use std::net::TcpListener;

/// Free ports of 127.0.0.1, below those that connections use, all different.
pub(crate) fn free<const N: usize>() -> [u16; N] {
    let held: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("there is a free port"));
    held.map(|held| held.local_addr().expect("it has an address").port())
}
