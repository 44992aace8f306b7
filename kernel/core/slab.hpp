// Memory for rows of scalar points, as three arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace glassboard {

// Large ones come from the system in large pages where it has them: half of the time that columns take is
// else spent on getting their memory four kilobytes at a time. What was never written to takes no memory.
class Slab {
 public:
  Slab() = default;
  // Throws std::bad_alloc.
  explicit Slab(std::size_t capacity);

  std::size_t capacity() const noexcept { return capacity_; }
  std::int64_t* steps() const noexcept { return static_cast<std::int64_t*>(memory_.get()); }
  double* wall_times() const noexcept { return reinterpret_cast<double*>(steps() + stride_); }
  double* values() const noexcept { return reinterpret_cast<double*>(steps() + 2 * stride_); }

  // Returns the memory behind the first `rows` to the system, as far as it can. They must not be written
  // again.
  void give_back_from(std::size_t rows) noexcept;

 private:
  struct Owner {
    std::size_t mapped_bytes;  // 0 where it came from the C library
    void operator()(void* memory) const noexcept;
  };

  std::unique_ptr<void, Owner> memory_{nullptr, Owner{0}};
  std::size_t capacity_ = 0;
  std::size_t stride_ = 0;  // rows from one array to the next
};

}  // namespace glassboard
