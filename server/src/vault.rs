//! The vault: the only place where private keys are sealed and opened.
