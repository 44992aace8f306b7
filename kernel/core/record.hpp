// TFRecord framing: length (8 bytes), masked checksum of the length (4), data, masked checksum of the data
// (4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "crc32c.hpp"

namespace glassboard {

inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kFrameBytes = 16;  // header and data checksum

enum class Reason : std::uint8_t { length_checksum, data_checksum, too_long, undecodable };

// Bytes of the file that gave no record.
struct Damage {
  std::uint64_t offset;
  std::uint64_t length;
  Reason reason;
};

struct Record {
  std::uint64_t offset;  // of the frame, in the file
  Bytes data;
};

// Where a reader stands between two calls of `begin`: all it needs to go on.
struct Position {
  std::uint64_t offset = 0;
  bool open = false;  // nothing sound was met since open_damage.offset
  Damage open_damage{};
  std::uint64_t reported = 0;  // length of the open damage that was handed over
};

// Cuts bytes into records. Holds no bytes between `begin` calls, so it is resumable at any byte.
//
// After damage it goes on at the next offset at which a sound header, no longer than the cap, and sound data
// stand. That search is linear in the bytes given, even when they are made of sound headers with long,
// unsound data.
class RecordReader {
 public:
  explicit RecordReader(std::uint64_t max_record_bytes) noexcept;

  // Starts on `bytes`, which stand at `offset()` in the file and must outlive the calls of `next`.
  void begin(Bytes bytes) noexcept;
  // Gives the next whole record; false when these bytes hold no more.
  bool next(Record& record);

  // Bytes from `offset()` on, for whoever recognises whole records there; none while damage is open.
  Bytes rest() const noexcept { return open_ ? Bytes{} : bytes_.subspan(at_); }
  // Passes over records at the start of the rest.
  void pass(std::size_t bytes) noexcept { at_ += bytes; }

  std::uint64_t offset() const noexcept { return base_ + at_; }
  // Bytes from `offset()` that the next record needs, as far as is known.
  std::uint64_t wanted_bytes() const noexcept { return wanted_; }

  // Hands over the damage since the last call. Damage that nothing sound follows yet is handed over with the
  // length it has so far, and again, longer, under the same offset.
  std::vector<Damage> take_damage();
  // What `resume` of another reader needs to go on here; damage that was not taken is not part of it.
  Position position() const noexcept { return {offset(), open_, open_damage_, reported_}; }
  void resume(const Position& position) noexcept;

  void add_damage(const Damage& damage) { damage_.push_back(damage); }

 private:
  bool sound_length(std::size_t at, std::uint64_t& length) const noexcept;
  bool sound_data(std::size_t at, std::size_t length);
  std::uint32_t crc_up_to(std::size_t end);
  std::size_t next_header(std::size_t from) const noexcept;

  std::uint64_t max_record_bytes_;
  Bytes bytes_;
  std::uint64_t base_ = 0;  // offset of bytes_ in the file
  std::size_t at_ = 0;
  std::uint64_t wanted_ = kHeaderBytes;
  std::vector<Damage> damage_;
  bool open_ = false;  // nothing sound was met since open_damage_.offset
  Damage open_damage_{};
  std::uint64_t reported_ = 0;  // length of the open damage that was handed over
  bool suspicious_ = false;     // these bytes hold a sound header with unsound data
  std::vector<std::uint32_t> checkpoints_;
};

// Frames what `write(out)` appends to `out`.
template <class Write>
void append_frame(std::string& out, Write&& write);

void append_frame(std::string& out, Bytes data);

// Sets the header of the frame whose 12 header bytes were left free at `start`, and appends its data
// checksum.
void close_frame(std::string& out, std::size_t start);

template <class Write>
void append_frame(std::string& out, Write&& write) {
  const std::size_t start = out.size();
  out.append(kHeaderBytes, '\0');
  write(out);
  close_frame(out, start);
}

}  // namespace glassboard
