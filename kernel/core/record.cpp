#include "record.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace glassboard {
namespace {

constexpr std::uint64_t kLargestCap = std::uint64_t{1}
                                      << 62;  // so that a length and its frame never overflow
constexpr std::size_t kCheckpointBytes = 1024;

template <class T>
T load(const std::byte* at) noexcept {
  T value{};
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

RecordReader::RecordReader(std::uint64_t max_record_bytes) noexcept
    : max_record_bytes_(std::min(max_record_bytes, kLargestCap)) {}

void RecordReader::begin(Bytes bytes) noexcept {
  base_ = offset();
  at_ = 0;
  bytes_ = bytes;
  suspicious_ = false;
  checkpoints_.clear();
}

void RecordReader::resume(const Position& position) noexcept {
  bytes_ = {};
  at_ = 0;
  base_ = position.offset;
  wanted_ = kHeaderBytes;
  open_ = position.open;
  open_damage_ = position.open_damage;
  reported_ = position.reported;
}

bool RecordReader::sound_length(std::size_t at, std::uint64_t& length) const noexcept {
  length = load<std::uint64_t>(bytes_.data() + at);
  return mask_crc(crc32c(bytes_.subspan(at, 8))) == load<std::uint32_t>(bytes_.data() + at + 8);
}

// Checksum of bytes_[0, end), from checkpoints that are laid as far as they were needed.
std::uint32_t RecordReader::crc_up_to(std::size_t end) {
  if (checkpoints_.empty()) checkpoints_.push_back(0);
  while (checkpoints_.size() <= end / kCheckpointBytes) {
    const Bytes block = bytes_.subspan((checkpoints_.size() - 1) * kCheckpointBytes, kCheckpointBytes);
    checkpoints_.push_back(crc32c(block, checkpoints_.back()));
  }
  const std::size_t start = end / kCheckpointBytes * kCheckpointBytes;
  return crc32c(bytes_.subspan(start, end - start), checkpoints_[start / kCheckpointBytes]);
}

// Whether the data of the frame at `at` has its checksum. Once data failed, sound headers may be a trap:
// overlapping records, each long and each unsound, would make direct checks quadratic. Then checksums come
// from checkpoints.
bool RecordReader::sound_data(std::size_t at, std::size_t length) {
  const std::size_t start = at + kHeaderBytes;
  const auto stored = load<std::uint32_t>(bytes_.data() + start + length);
  if (suspicious_ && length > 2 * kCheckpointBytes) {
    const std::uint32_t whole = crc_up_to(start + length);
    return mask_crc(crc32c_combine(crc_up_to(start), whole, length)) == stored;
  }
  const bool sound = mask_crc(crc32c(bytes_.subspan(start, length))) == stored;
  suspicious_ = suspicious_ || !sound;
  return sound;
}

// The first offset at or after `from` where a header may stand; the last 11 bytes cannot be ruled out yet.
std::size_t RecordReader::next_header(std::size_t from) const noexcept {
  std::size_t at = from;
  for (; at + kHeaderBytes <= bytes_.size(); ++at) {
    if (load<std::uint64_t>(bytes_.data() + at) > max_record_bytes_) continue;
    std::uint64_t length = 0;
    if (sound_length(at, length)) break;
  }
  return at;
}

bool RecordReader::next(Record& record) {
  while (true) {
    wanted_ = kHeaderBytes;
    if (bytes_.size() - at_ < kHeaderBytes) return false;
    std::uint64_t length = 0;
    Reason reason = Reason::length_checksum;
    if (sound_length(at_, length)) {
      if (length > max_record_bytes_) {
        reason = Reason::too_long;
      } else if (length + kFrameBytes > bytes_.size() - at_) {
        wanted_ = length + kFrameBytes;
        return false;
      } else if (sound_data(at_, static_cast<std::size_t>(length))) {
        break;
      } else {
        reason = Reason::data_checksum;
      }
    }
    if (!open_) {
      open_ = true;
      reported_ = 0;
      open_damage_ = {offset(), 0, reason};
    }
    at_ = next_header(at_ + 1);
  }
  if (open_) {
    open_ = false;
    open_damage_.length = offset() - open_damage_.offset;
    if (open_damage_.length != reported_) damage_.push_back(open_damage_);
  }
  const auto length = static_cast<std::size_t>(load<std::uint64_t>(bytes_.data() + at_));
  record = {offset(), bytes_.subspan(at_ + kHeaderBytes, length)};
  at_ += kFrameBytes + length;
  return true;
}

std::vector<Damage> RecordReader::take_damage() {
  if (open_) {
    open_damage_.length = offset() - open_damage_.offset;
    if (open_damage_.length != reported_) damage_.push_back(open_damage_);
    reported_ = open_damage_.length;
  }
  return std::exchange(damage_, {});
}

void append_frame(std::string& out, Bytes data) {
  append_frame(
      out, [data](std::string& to) { to.append(reinterpret_cast<const char*>(data.data()), data.size()); });
}

void close_frame(std::string& out, std::size_t start) {
  const std::uint64_t length = out.size() - start - kHeaderBytes;
  std::memcpy(out.data() + start, &length, sizeof length);
  const Bytes frame = std::as_bytes(std::span(out)).subspan(start);
  const std::uint32_t length_crc = mask_crc(crc32c(frame.first(8)));
  const std::uint32_t data_crc = mask_crc(crc32c(frame.subspan(kHeaderBytes)));
  std::memcpy(out.data() + start + 8, &length_crc, sizeof length_crc);
  char raw[sizeof data_crc];
  std::memcpy(raw, &data_crc, sizeof data_crc);
  out.append(raw, sizeof raw);
}

}  // namespace glassboard
