#include "slab.hpp"

#include <cstdlib>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace glassboard {
namespace {

constexpr std::size_t kColumns = 3;
constexpr std::size_t kRowBytes = 8;  // of one column

#if defined(__linux__)
constexpr std::size_t kMappedBytes = 1 << 20;  // from here on straight from the system
constexpr std::size_t kLargePage = 2 << 20;

constexpr std::size_t round_up(std::size_t value, std::size_t unit) noexcept {
  return (value + unit - 1) / unit * unit;
}

// Memory that begins at a large page, and asks for large pages.
void* map(std::size_t bytes) {
  void* found = mmap(nullptr, bytes + kLargePage, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) throw std::bad_alloc();
  char* const begin = static_cast<char*>(found);
  const std::size_t before =
      round_up(reinterpret_cast<std::uintptr_t>(begin), kLargePage) - reinterpret_cast<std::uintptr_t>(begin);
  if (before != 0) munmap(begin, before);
  if (before != kLargePage) munmap(begin + before + bytes, kLargePage - before);
  madvise(begin + before, bytes, MADV_HUGEPAGE);  // advice: without it there is nothing to mend
  return begin + before;
}
#endif

}  // namespace

Slab::Slab(std::size_t capacity) : capacity_(capacity), stride_(capacity) {
  std::size_t bytes = kColumns * kRowBytes * capacity;
#if defined(__linux__)
  if (bytes >= kMappedBytes) {
    if (capacity * kRowBytes >= kLargePage) stride_ = round_up(capacity, kLargePage / kRowBytes);
    bytes = round_up(kColumns * kRowBytes * stride_, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    memory_ = {map(bytes), Owner{bytes}};
    return;
  }
#endif
  if (bytes == 0) return;
  memory_ = {std::malloc(bytes), Owner{0}};
  if (memory_ == nullptr) throw std::bad_alloc();
}

void Slab::give_back_from(std::size_t rows) noexcept {
#if defined(__linux__)
  if (memory_.get_deleter().mapped_bytes == 0 || stride_ == rows) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t column = 0; column < kColumns; ++column) {
    // Only whole pages of this column: the next one begins within the last.
    const std::size_t begin = round_up((column * stride_ + rows) * kRowBytes, page);
    const std::size_t end = (column + 1) * stride_ * kRowBytes / page * page;
    if (begin < end) madvise(static_cast<char*>(memory_.get()) + begin, end - begin, MADV_DONTNEED);
  }
#else
  static_cast<void>(rows);
#endif
}

void Slab::Owner::operator()(void* memory) const noexcept {
#if defined(__linux__)
  if (mapped_bytes != 0) {
    munmap(memory, mapped_bytes);
    return;
  }
#endif
  std::free(memory);
}

}  // namespace glassboard
