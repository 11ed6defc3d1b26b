//! The inward guard: which addresses the program may connect to on behalf of a foreign text.
//!
//! Owns the table of address ranges that aren't the public internet, and the check of a URL before a connection.
//! Refuses to resolve names: `resolver` does, and hands its answers to [`refusal`].
//!
//! The ranges are IANA's special-purpose registries
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>,
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>). Of IPv6 only global unicast (2000::/3) passes at
//! all, so that mapped, translated (NAT64) and local forms need no row of their own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::FetchError;

/// IPv4 ranges that aren't the public internet: first address, length of the prefix, what it is.
const INWARD_V4: [(Ipv4Addr, u32, &str); 18] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "reserved"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// Ranges inside 2000::/3 that carry another address or aren't the public internet.
const INWARD_V6: [(Ipv6Addr, u32, &str); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "Teredo or reserved"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, "reserved"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Why `address` may not be connected to; `None` for a public one.
pub(super) fn refusal(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => {
            let within = |net: Ipv4Addr, bits: u32| (v4.to_bits() ^ net.to_bits()).leading_zeros() >= bits;
            INWARD_V4.iter().find(|(net, bits, _)| within(*net, *bits)).map(|(_, _, what)| *what)
        }
        IpAddr::V6(v6) => refusal_v6(v6),
    }
}

fn refusal_v6(v6: Ipv6Addr) -> Option<&'static str> {
    let s = v6.segments();
    if s[0] & 0xe000 != 0x2000 {
        return Some(match s {
            [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
            [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
            [0, 0, 0, 0, 0, 0xffff, _, _] => "IPv4-mapped",
            [0x64, 0xff9b, ..] => "NAT64",
            [top, ..] if top & 0xfe00 == 0xfc00 => "private",
            [top, ..] if top & 0xffc0 == 0xfe80 => "link-local",
            [top, ..] if top & 0xff00 == 0xff00 => "multicast",
            _ => "reserved",
        });
    }
    // ISATAP: an IPv4 address inside the interface's half.
    if s[4] & !0x0200 == 0 && s[5] == 0x5efe {
        return Some("ISATAP");
    }
    let within = |net: Ipv6Addr, bits: u32| (v6.to_bits() ^ net.to_bits()).leading_zeros() >= bits;
    INWARD_V6.iter().find(|(net, bits, _)| within(*net, *bits)).map(|(_, _, what)| *what)
}

/// Whether a name means this machine or network by convention, whatever a resolver says
/// (RFC 6761, RFC 6762, and the `.internal` of private networks).
pub(super) fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let top = name.rsplit('.').next().unwrap_or_default();
    matches!(top, "localhost" | "local" | "internal" | "localdomain")
}

/// Host and port as an entry of the allow-list spells them, e.g. `127.0.0.1:8080` or `[::1]:80`.
pub(super) fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// Checks what can be seen in an address before anything is resolved: scheme, userinfo, literal hosts.
///
/// `allowed` says whether its exact host and port are on the allow-list.
pub(super) fn check(url: &Url, allowed: bool) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::UserInfo);
    }
    let host = url.host().ok_or(FetchError::NoHost)?;
    if allowed {
        return Ok(());
    }
    // `url` has already turned decimal, octal and hexadecimal spellings of IPv4 into an address.
    let inward = match host {
        Host::Ipv4(v4) => refusal(v4.into()),
        Host::Ipv6(v6) => refusal(v6.into()),
        Host::Domain(name) => is_local_name(name).then_some("local"),
    };
    match inward {
        Some(what) => Err(FetchError::Inward { host: host.to_string(), what }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_inward_address_is_refused() {
        let hosts = [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "１２７.０.０.１",
            "0",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "192.0.0.8",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b::808:808]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:2::1]",
            "[2001:10::1]",
            "[2001:20::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[2002:808:808::]",
            "[3fff::1]",
            "[5f00::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[2620:4f:8000::1]",
            "[2a00:1450::5efe:7f00:1]",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
        ];
        for host in hosts {
            let url = Url::parse(&format!("http://{host}/feed")).unwrap();
            assert!(matches!(check(&url, false), Err(FetchError::Inward { .. })), "{host} → {url} was let through");
            assert!(check(&url, true).is_ok(), "{host} on the allow-list was refused");
        }
    }

    #[test]
    fn public_addresses_pass() {
        let hosts = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "128.0.0.1",
            "151.101.1.223",
            "169.253.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "[2606:4700:4700::1111]",
            "[2a04:4e42::223]",
            "[2001:4860:4860::8888]",
            "[2001:200::1]",
            "pyfound.blogspot.com",
            "internal.example.org",
        ];
        for host in hosts {
            let url = Url::parse(&format!("https://{host}:8443/feed")).unwrap();
            assert!(check(&url, false).is_ok(), "{host} was refused");
        }
    }

    #[test]
    fn other_schemes_and_userinfo_are_refused_even_where_allowed() {
        let check = |text: &str| check(&Url::parse(text).unwrap(), true);
        assert!(matches!(check("file:///etc/passwd"), Err(FetchError::Scheme(_))));
        assert!(matches!(check("ftp://example.org/"), Err(FetchError::Scheme(_))));
        assert!(matches!(check("https://user@example.org/"), Err(FetchError::UserInfo)));
        assert!(matches!(check("https://:secret@example.org/"), Err(FetchError::UserInfo)));
    }
}
