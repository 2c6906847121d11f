//! How many files the process may have open: each connection is one.

use crate::config::Config;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside the connections of clients: the database and its connections, listeners, logs, and connections that are turned away.
const OTHERS: u64 = 512;

/// Asks the system for as many open files as these settings may need, and warns when there will be fewer.
///
/// Many systems begin with 1024, for the sake of programs that use `select`, and let a process have more when it asks.
pub(super) fn ask_for(config: &Config) {
    let needed = (config.max_connections as u64).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return;
    }
    let allowed = maximum.map_or(needed, |maximum| maximum.min(needed));
    let asked = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum });
    let files = getrlimit(Resource::Nofile).current.unwrap_or(needed);
    if files < needed {
        tracing::warn!(
            files,
            needed,
            error = asked.err().map(tracing::field::display),
            "the system allows {files} open files, which is too few for {} connections (max_connections)",
            config.max_connections
        );
    }
}
