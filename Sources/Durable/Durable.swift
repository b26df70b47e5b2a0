// Durable: writes that survive a crash, on POSIX calls alone.
//
// What it does: whole files replaced at once (`Disk.writeDurably`), files that grow (`AppendFile`; large pieces past the
// system's cache), a file of 32-byte secrets that are destroyed in place (`FixedSlots`), durable rename, removal and
// folders, reads with a bound (`Disk.read`, `ReadableFile`), one process a folder (`FolderLock`).
//
// What it never does: retry a failed fsync, hide an error, follow a half-written file, put more of a path than its last
// two components into an error (of a log's tile those below the log). It knows nothing of parcels; callers never put
// personal data into a file's name.
//
// Invariants
// 1. When a call documented as durable returns, a power cut keeps its effect. When it throws, the effect may or may not
//    have happened: callers must be right in both cases, and `FaultPlan` lets tests try both at every step.
// 2. `writeDurably`: temporary file beside the target, written, fsync, rename, fsync of the folder. A reader sees the
//    old file or the new one, whole. A crash leaves at most a temporary, which `sweepTemporaries` removes at start.
// 3. `DurableFailure.syncFailed`: the kernel may have dropped the dirty pages and forgotten about it, so no later answer
//    of the same file can be trusted. The process must stop (`DurableFailure.mustStop`) and recover from what is on disk.
// 4. `DurableFailure.full`: the disk has no room. Nothing that was durable before is lost and the object stays usable:
//    refuse the work, keep serving.
// 5. A path is opened, changed and synced by one owner. The objects here are safe to share between threads, but two
//    owners of one file are a mistake that only `FolderLock` keeps out.
