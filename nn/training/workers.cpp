#include <contractive/nn/training/workers.hpp>

#include <contractive/autodiff/operation/arithmetic.hpp>

#include <iostream>

namespace contractive::nn {

// The sums over the parts that begin with one of them; only its owner has them.
template <class T> struct Workers::Tree {
  Workers& workers;
  std::size_t n, parts;
  const Sums<T>& none;
  const std::function<Sums<T>(std::size_t, std::size_t)>& part;

  [[nodiscard]] std::size_t owner(std::size_t p) const { return p * workers.count() / parts; }
  [[nodiscard]] bool mine(std::size_t p) const { return owner(p) == workers.rank(); }

  // Of `span` parts, a power of two, or as many as there are. All processes walk the same tree in
  // the same order, so that none waits for one that waits for it.
  [[nodiscard]] Sums<T> from(std::size_t first, std::size_t span) const {
    if (span == 1)
      return mine(first) ? computed(first) : none;
    Sums<T> left = from(first, span / 2);
    const std::size_t middle = first + span / 2;
    if (middle >= parts)
      return left;
    Sums<T> right = from(middle, span / 2);
    if (mine(middle) && !mine(first))
      send(right, owner(first));
    if (mine(first) && !mine(middle))
      receive(right, owner(middle));
    if (mine(first))
      add(left, right);
    return left;
  }

  [[nodiscard]] Sums<T> computed(std::size_t p) const {
    const std::size_t begin = p * n / parts, end = (p + 1) * n / parts;
    if (begin == end)
      return none;
    Sums<T> sums = part(begin, end);
    bool fits =
        sums.arrays.size() == none.arrays.size() && sums.numbers.size() == none.numbers.size();
    for (std::size_t i = 0; fits && i < none.arrays.size(); ++i)
      fits = sums.arrays[i].shape() == none.arrays[i].shape();
    if (!fits)
      throw ShapeError("sum: part ", p, " of ", parts,
                       " has other arrays or numbers; expected those ", "of the sum of no samples");
    return sums;
  }

  void send(const Sums<T>& sums, std::size_t to) const {
    for (const Array<T>& array : sums.arrays)
      workers.send(to, array.data(), array.size() * sizeof(T));
    workers.send(to, sums.numbers.data(), sums.numbers.size() * sizeof(double));
  }

  void receive(Sums<T>& sums, std::size_t sender) const {
    for (Array<T>& array : sums.arrays)
      array = Array<T>::make(
          array.shape(), [&](T* out) { workers.receive(sender, out, array.size() * sizeof(T)); });
    workers.receive(sender, sums.numbers.data(), sums.numbers.size() * sizeof(double));
  }

  static void add(Sums<T>& to, const Sums<T>& more) {
    for (std::size_t i = 0; i < to.arrays.size(); ++i)
      to.arrays[i] = contractive::add<T>(to.arrays[i], more.arrays[i]).value();
    for (std::size_t i = 0; i < to.numbers.size(); ++i)
      to.numbers[i] += more.numbers[i];
  }

  void broadcast(Sums<T>& sums) const {
    for (Array<T>& array : sums.arrays) {
      const Array<T> own = array;
      if (workers.first()) // which only reads
        workers.broadcast(const_cast<T*>(own.data()), own.size() * sizeof(T));
      else
        array = Array<T>::make(own.shape(),
                               [&](T* out) { workers.broadcast(out, own.size() * sizeof(T)); });
    }
    workers.broadcast(sums.numbers.data(), sums.numbers.size() * sizeof(double));
  }
};

template <class T>
Sums<T> Workers::sum(std::size_t n, std::size_t parts, const Sums<T>& none,
                     const std::function<Sums<T>(std::size_t, std::size_t)>& part) {
  if (parts == 0)
    throw Error("sum: 0 parts; expected at least 1");
  const Tree<T> tree{*this, n, parts, none, part};
  std::size_t span = 1;
  while (span < parts)
    span *= 2;
  Sums<T> result = tree.from(0, span);
  if (count() > 1)
    tree.broadcast(result);
  return result;
}

// Each who has it gives it to one who has not: the ranks that have it double.
void Workers::broadcast(void* data, std::size_t bytes) {
  for (std::size_t have = 1; have < count(); have *= 2) {
    if (rank() < have && rank() + have < count())
      send(rank() + have, data, bytes);
    else if (rank() >= have && rank() < 2 * have)
      receive(rank() - have, data, bytes);
  }
}

void Workers::broadcast(std::string& text) {
  std::uint64_t size = text.size();
  broadcast(&size, sizeof size);
  text.resize(size);
  broadcast(text.data(), size);
}

void Workers::share_out(std::size_t n, const std::function<void(std::size_t)>& task,
                        const std::function<void(std::size_t)>& /*done*/) {
  for (std::size_t i = 0; i < n; ++i)
    task(i);
}

void Workers::print(const std::string& why) { std::cerr << why << std::endl; }

void Workers::send(std::size_t to, const void* /*data*/, std::size_t /*bytes*/) {
  throw Error("workers: a message to rank ", to, "; expected none, as there is one process");
}
void Workers::receive(std::size_t from, void* /*data*/, std::size_t /*bytes*/) {
  throw Error("workers: a message from rank ", from, "; expected none, as there is one process");
}

template Sums<float> Workers::sum(std::size_t, std::size_t, const Sums<float>&,
                                  const std::function<Sums<float>(std::size_t, std::size_t)>&);
template Sums<double> Workers::sum(std::size_t, std::size_t, const Sums<double>&,
                                   const std::function<Sums<double>(std::size_t, std::size_t)>&);

} // namespace contractive::nn
