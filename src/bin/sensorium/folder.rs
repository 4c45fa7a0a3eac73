//! The output folder: built beside its place, then swapped in whole.
//!
//! Owns the rule that a folder of someone else is never touched. A run that ends early leaves the old folder as it was; a crash
//! between the two renames of a swap leaves it complete under the name `.DIR.sensorium-old`, and the next run puts it back.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The first word of every run log, by which a folder is known as ours.
const OURS: &[u8] = b"Sensorium ";

/// Where the results go.
#[derive(Debug)]
pub struct Target {
    place: PathBuf,
    /// The folder being built, beside the place.
    building: PathBuf,
    /// The folder that stood at the place, while it is being replaced.
    old: PathBuf,
}

impl Target {
    /// Looks at the place without touching it. `inputs` must not lie inside.
    ///
    /// # Errors
    /// A sentence: what stands there, and what to do.
    pub fn check(dir: &Path, inputs: &[&Path]) -> Result<Self, String> {
        let shown = dir.display();
        let place = resolve(dir).map_err(|error| format!("--out: {shown} cannot be used: {error}"))?;
        let Some(name) = place.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Err(format!("--out: {shown} cannot be replaced as a whole; name a folder of its own"));
        };
        if std::env::current_dir().is_ok_and(|here| here.starts_with(&place)) {
            return Err(format!("--out: {shown} holds the current folder; name a folder of its own"));
        }
        for input in inputs {
            if resolve(input).is_ok_and(|input| input.starts_with(&place)) {
                return Err(format!(
                    "--out: {} lies inside {shown}, which is replaced as a whole; name another folder",
                    input.display()
                ));
            }
        }
        let beside = |ending: &str| place.with_file_name(format!(".{name}.sensorium-{ending}"));
        let (building, old) = (beside(&format!("new-{}", std::process::id())), beside("old"));
        let target = Self { place, building, old };
        target.look().map_err(|why| format!("--out: {shown} {why}"))?;
        Ok(target)
    }

    /// Why what stands at the place may not be replaced, if it may not.
    fn look(&self) -> Result<(), String> {
        let metadata = match fs::symlink_metadata(&self.place) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(format!("cannot be looked at: {error}")),
        };
        if !metadata.is_dir() {
            return Err("is a file; name a folder".into());
        }
        let mut entries = fs::read_dir(&self.place).map_err(|error| format!("cannot be looked at: {error}"))?;
        if entries.next().is_none() || is_ours(&self.place) {
            return Ok(());
        }
        Err("holds files that sensorium did not write (it has no run.log of ours); name a new or empty folder".into())
    }

    /// Makes the folder to build in.
    ///
    /// # Errors
    /// A sentence, when the disk refuses.
    pub fn begin(&self) -> Result<&Path, String> {
        if let Some(parent) = self.place.parent() {
            fs::create_dir_all(parent)
                .map_err(|error| format!("the folder {} cannot be made: {error}", parent.display()))?;
        }
        self.clear_crashed();
        fs::create_dir(&self.building)
            .map_err(|error| format!("no folder can be made beside {}: {error}", self.place.display()))?;
        Ok(&self.building)
    }

    /// Removes what runs that crashed while building left beside the place. Where processes cannot be looked up, only what has
    /// this one's number is known to be dead.
    fn clear_crashed(&self) {
        let _ = fs::remove_dir_all(&self.building);
        let (Some(parent), Some(name)) = (self.place.parent(), self.place.file_name()) else { return };
        let prefix = format!(".{}.sensorium-new-", name.to_string_lossy());
        let processes = Path::new("/proc");
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(number) = name.strip_prefix(&prefix).filter(|number| number.parse::<u32>().is_ok()) else {
                continue;
            };
            if processes.join("self").exists() && !processes.join(number).exists() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Puts what was built in the place.
    ///
    /// # Errors
    /// A sentence, when the disk refuses; then the place is as it was.
    pub fn swap(self) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("the results cannot be put at {}: {error}", self.place.display());
        self.restore_old().map_err(failed)?;
        self.look().map_err(|why| format!("{} {why}", self.place.display()))?;
        let replaced = self.place.exists();
        if replaced {
            fs::rename(&self.place, &self.old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(&self.building, &self.place) {
            if replaced {
                let _ = fs::rename(&self.old, &self.place);
            }
            return Err(failed(error));
        }
        if replaced {
            let _ = fs::remove_dir_all(&self.old);
        }
        Ok(())
    }

    /// Undoes what a crash in the middle of a swap left behind.
    fn restore_old(&self) -> std::io::Result<()> {
        if !self.old.exists() {
            return Ok(());
        }
        if self.place.exists() { fs::remove_dir_all(&self.old) } else { fs::rename(&self.old, &self.place) }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Nothing is left of a run that did not come to its swap; after a swap there is nothing to remove.
        let _ = fs::remove_dir_all(&self.building);
    }
}

fn is_ours(folder: &Path) -> bool {
    let mut start = [0; OURS.len()];
    let log = fs::File::open(folder.join("run.log"));
    log.and_then(|mut log| log.read_exact(&mut start)).is_ok() && start == *OURS
}

/// The absolute path without links, of which the last parts may not exist yet.
fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    if let Ok(found) = path.canonicalize() {
        return Ok(found);
    }
    let absolute = std::path::absolute(path)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok(resolve(parent)?.join(name)),
        // A folder that is not there has no parent to go up to.
        _ => Err(std::io::ErrorKind::NotFound.into()),
    }
}

/// Whether two paths name the same place.
pub fn same_place(one: &Path, other: &Path) -> bool {
    matches!((resolve(one), resolve(other)), (Ok(a), Ok(b)) if a == b)
}
