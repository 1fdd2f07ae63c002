#include "interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace contractive::cae::program {
namespace {

volatile std::sig_atomic_t noted = 0;

void note(int signal) { noted = signal; }

void each_signal(const struct sigaction& action) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) // as under nohup
      sigaction(signal, &action, nullptr);
  }
}

} // namespace

Interrupt::Interrupt() {
  noted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART); // the second one is the system's
  each_signal(action);
}

Interrupt::~Interrupt() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  each_signal(action);
}

int Interrupt::signal() noexcept { return noted; }

} // namespace contractive::cae::program
