#include <contractive/nn/mpi/mpi.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mpi.h>
#include <thread>

namespace contractive::nn {
namespace {

constexpr int messages = 1, failures = 2, requests = 3, tasks = 4; // tags
constexpr std::size_t most = std::size_t{1} << 30; // bytes in one message: MPI counts in ints

constexpr std::int64_t none = -1; // no task

using Clock = std::chrono::steady_clock;

std::string host() {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  return {name.data(), static_cast<std::size_t>(length)};
}

} // namespace

bool MpiWorkers::launched() {
  // Open MPI's, Slurm's with PMIx or PMI-2, and MPICH's.
  constexpr std::array<const char*, 4> names{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK",
                                             "PMI_SIZE"};
  return std::any_of(names.begin(), names.end(),
                     [](const char* name) { return std::getenv(name); });
}

std::string MpiWorkers::library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string name(text.data(), static_cast<std::size_t>(length));
  name.resize(std::min(name.find_first_of(",\n"), name.size()));
  if (const std::size_t version = name.find(" v"); version != std::string::npos)
    name.erase(version + 1, 1);
  return name;
}

MpiWorkers::MpiWorkers() {
  int before = 0, provided = 0, rank = 0, count = 1, here = 1;
  MPI_Initialized(&before);
  if (before)
    throw Error("mpi: started before; expected one MpiWorkers in a process");
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &here);
  MPI_Comm_free(&machine);
  rank_ = static_cast<std::size_t>(rank);
  count_ = static_cast<std::size_t>(count);
  here_ = static_cast<std::size_t>(here);
}

MpiWorkers::~MpiWorkers() { MPI_Finalize(); }

void MpiWorkers::fail(const std::string& why) {
  if (count_ > 1 && !first()) {
    MPI_Request request = MPI_REQUEST_NULL;
    const std::string text = detail::text("rank ", rank_, " on ", host(), ": ", why);
    MPI_Isend(text.data(), static_cast<int>(text.size()), MPI_CHAR, 0, failures, MPI_COMM_WORLD,
              &request);
    int sent = 0;
    for (int tenths = 0; tenths < 600; ++tenths) { // rank 0 ends this
      MPI_Test(&request, &sent, MPI_STATUS_IGNORE);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  report(why);
  if (count_ > 1)
    MPI_Abort(MPI_COMM_WORLD, 1);
}

// Rank 0's ear for those that cannot go on.
void MpiWorkers::hear() {
  int said = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, failures, MPI_COMM_WORLD, &said, &status);
  if (!said)
    return;
  int size = 0;
  MPI_Get_count(&status, MPI_CHAR, &size);
  std::string text(static_cast<std::size_t>(size), ' ');
  MPI_Recv(text.data(), size, MPI_CHAR, status.MPI_SOURCE, failures, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  fail(text);
}

// Without a word to others, who may be lost.
void MpiWorkers::leave(const std::string& why) const {
  if (first())
    report(why);
  std::_Exit(1);
}

// Starts a message and waits for its end, with an ear for those that cannot go on.
template <class Start> void MpiWorkers::finish(std::size_t other, const Start& start) {
  MPI_Request request = MPI_REQUEST_NULL;
  start(&request);
  const auto begin = Clock::now();
  std::chrono::time_point<Clock> asked{};
  for (std::size_t turn = 1;; ++turn) {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done)
      break;
    if (turn % 64 != 0)
      continue;
    if (first())
      hear();
    if (interrupted && interrupted()) {
      const auto now = Clock::now();
      if (asked == std::chrono::time_point<Clock>{})
        asked = now;
      if (now - asked > std::chrono::milliseconds(300) + 3 * longest_)
        leave(detail::text("stopped while rank ", other, " did not answer: it may be lost"));
    }
    std::this_thread::yield();
  }
  longest_ = std::max<std::chrono::duration<double>>(longest_, Clock::now() - begin);
}

void MpiWorkers::send(std::size_t to, const void* data, std::size_t bytes) {
  for (std::size_t done = 0; done < bytes; done += most)
    finish(to, [&](MPI_Request* request) {
      MPI_Isend(static_cast<const char*>(data) + done,
                static_cast<int>(std::min(most, bytes - done)), MPI_BYTE, static_cast<int>(to),
                messages, MPI_COMM_WORLD, request);
    });
}

void MpiWorkers::receive(std::size_t from, void* data, std::size_t bytes) {
  for (std::size_t done = 0; done < bytes; done += most)
    finish(from, [&](MPI_Request* request) {
      MPI_Irecv(static_cast<char*>(data) + done, static_cast<int>(std::min(most, bytes - done)),
                MPI_BYTE, static_cast<int>(from), messages, MPI_COMM_WORLD, request);
    });
}

void MpiWorkers::share_out(std::size_t n, const std::function<void(std::size_t)>& task,
                           const std::function<void(std::size_t)>& done) {
  if (first())
    return hand_out(n, task, done);
  const auto next = [](std::int64_t finished) {
    std::int64_t given = none;
    MPI_Send(&finished, 1, MPI_INT64_T, 0, requests, MPI_COMM_WORLD);
    MPI_Recv(&given, 1, MPI_INT64_T, 0, tasks, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return given;
  };
  for (std::int64_t given = next(none); given != none; given = next(given))
    task(static_cast<std::size_t>(given));
}

void MpiWorkers::hand_out(std::size_t n, const std::function<void(std::size_t)>& task,
                          const std::function<void(std::size_t)>& done) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::atomic<bool> own_over{false};
  std::thread own([&] {
    try {
      for (std::size_t i = next++; i < n; i = next++)
        task(i);
    } catch (...) {
      failure = std::current_exception();
    }
    own_over = true;
  });
  for (std::size_t ended = 1; ended < count_ || !own_over;) {
    int asked = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, requests, MPI_COMM_WORLD, &asked, &status);
    if (!asked) {
      hear();
      if (own_over && failure)
        break;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    std::int64_t finished = none;
    MPI_Recv(&finished, 1, MPI_INT64_T, status.MPI_SOURCE, requests, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    const std::size_t i = next++;
    const std::int64_t given = i < n ? static_cast<std::int64_t>(i) : none;
    MPI_Send(&given, 1, MPI_INT64_T, status.MPI_SOURCE, tasks, MPI_COMM_WORLD);
    ended += given == none ? 1 : 0;
    if (finished != none)
      done(static_cast<std::size_t>(finished));
  }
  own.join();
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace contractive::nn
