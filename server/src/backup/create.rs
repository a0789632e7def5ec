//! Making a backup.

use std::path::Path;

use super::Error;
use super::files::Unfinished;
use crate::clock::Randomness;
use crate::store;

/// Copies the database at this address into a new file of mode 0600, as it is at one moment, while a server writes to it. The file
/// is whole and durable once it is there.
///
/// # Errors
/// [`Error::Server`]; [`Error::Exists`]; [`Error::Io`]; [`Error::Store`].
pub async fn create(database_url: &str, to: &Path, randomness: &dyn Randomness) -> Result<(), Error> {
    let database = store::sqlite_file(database_url).ok_or(Error::Server("back it up with pg_dump"))?;
    let copy = Unfinished::create(to, randomness)?;
    store::copy_database(&database, copy.path()).await?;
    copy.finish()
}
