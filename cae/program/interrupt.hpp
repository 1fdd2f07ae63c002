#pragma once

namespace contractive::cae::program {

/// While it lives, the first Ctrl-C, SIGTERM or hang-up is noted, so that a run can end with all it
/// has; a second one ends the program at once.
class Interrupt {
public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] static bool asked() noexcept { return signal() != 0; }
  /// The signal that came; 0 for none.
  [[nodiscard]] static int signal() noexcept;
};

} // namespace contractive::cae::program
