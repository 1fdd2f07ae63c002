#pragma once

/// Whether AddressSanitizer is on, under which loops take ten times as long: tests of how well
/// something is learned do less there, since what they hold is no matter of memory.
namespace contractive::tests {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#elif defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

} // namespace contractive::tests
