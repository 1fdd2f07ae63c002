#include <contractive/autodiff/tape/arena.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>

namespace contractive::tests {
namespace {

// Says where it goes that it goes.
struct Base {
  virtual ~Base() = default;
  virtual int value() const = 0;
};
template <std::size_t Bytes, std::size_t Alignment = alignof(int)> struct Sized final : Base {
  struct Argument {
    int number;
    std::string* gone;
  };
  explicit Sized(const Argument& its) : number(its.number), gone(its.gone) {
    if (number < 0)
      throw number;
    padding.fill(static_cast<char>(number));
  }
  ~Sized() override { *gone += std::to_string(number) + " "; }
  int value() const override { return padding[0] == padding[Bytes - 1] ? number : -1; }

  int number;
  std::string* gone;
  alignas(Alignment) std::array<char, Bytes> padding;
};
template <std::size_t Bytes, std::size_t Alignment = alignof(int)>
void append(Arena<Base>& arena, int number, std::string& gone) {
  using Object = Sized<Bytes, Alignment>;
  arena.emplace_back<Object>(typename Object::Argument{number, &gone});
}

} // namespace

TEST_CASE("arena: objects of any size stay where they are, and go last first") {
  std::string gone;
  {
    Arena<Base> arena;
    append<1>(arena, 0, gone);
    const Base* const first = &arena[0];
    append<5000>(arena, 1, gone);
    append<5000>(arena, 2, gone);   // in the next chunk
    append<100000>(arena, 3, gone); // in a chunk of its own
    append<1>(arena, 4, gone);
    append<10, 64>(arena, 5, gone);
    CHECK(reinterpret_cast<std::uintptr_t>(&arena[5]) % 64 == 0);
    CHECK(&arena[0] == first);
    CHECK(arena.size() == 6);
    for (std::size_t i = 0; i < 6; ++i)
      CHECK(arena[i].value() == static_cast<int>(i));
    arena.shrink(7);
    CHECK(gone == "");
    arena.shrink(3);
    CHECK(gone == "5 4 3 ");
    append<100>(arena, 6, gone); // behind 2
    CHECK(arena[2].value() == 2);
    CHECK(arena[3].value() == 6);
    gone = "";
  }
  CHECK(gone == "6 2 1 0 ");
}

TEST_CASE("arena: what could not be made is not there") {
  std::string gone;
  Arena<Base> arena;
  append<8>(arena, 1, gone);
  CHECK_THROWS_AS(append<8>(arena, -1, gone), int);
  CHECK_THROWS_AS(append<100000>(arena, -1, gone), int);
  append<8>(arena, 2, gone);
  CHECK(arena.size() == 2);
  CHECK(arena[1].value() == 2);
  CHECK(gone == "");
  arena.shrink(0);
  CHECK(gone == "2 1 ");
}

TEST_CASE("arena: chunks return to the pool, and memory is used again") {
  std::string gone;
  Arena<Base> arena;
  append<8>(arena, 0, gone);
  const std::size_t one = storage::usage().in_use;
  for (int i = 1; i < 1000; ++i)
    append<100>(arena, i, gone);
  CHECK(storage::usage().in_use >= one + 90000);
  const Base* const second = &arena[1];
  arena.shrink(1);
  CHECK(storage::usage().in_use <= one + 8192); // the list of the objects keeps its room
  append<100>(arena, 1, gone);
  CHECK(&arena[1] == second);
}

} // namespace contractive::tests
