#pragma once

#include <string>

/// Folders of runs: each holds one.
namespace contractive::cae::program {

/// Whether pictures alone make a folder one of a run; they may be a report's, which a new report
/// replaces.
enum class Pictures { count, may_be };

/// Throws FileError where the folder holds what `cae train` puts into one; `ways` says what else
/// can be done.
void require_no_run(const std::string& folder, const std::string& ways,
                    Pictures pictures = Pictures::count);
/// Removes all that `cae train` puts into a folder.
void remove_run(const std::string& folder);
/// Throws Error where both are one file, under two names too.
void require_apart(const std::string& out, const std::string& in);

} // namespace contractive::cae::program
