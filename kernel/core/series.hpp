// The tags of one file and the series they form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"

namespace glassboard {

struct Metadata {
  std::string plugin_name;
  std::string plugin_content;
  std::string display_name;
  std::string description;
  std::int32_t data_class = 0;
};

// A series is a tag in one form. Its metadata is that of the first value of the tag that carried any.
class SeriesTable {
 public:
  SeriesTable();

  // Index of the tag, which is added when it is new. Allocates only then.
  std::uint32_t tag(std::string_view name);
  std::int32_t series(std::uint32_t tag, Form form);

  void keep_metadata(std::uint32_t tag, const MetadataView& metadata);
  const Metadata* metadata(std::uint32_t tag) const noexcept;

  std::size_t tag_count() const noexcept { return tags_.size(); }
  std::size_t size() const noexcept { return series_.size(); }
  std::uint32_t tag_of(std::size_t series) const noexcept { return series_[series].tag; }
  Form form_of(std::size_t series) const noexcept { return series_[series].form; }
  const std::string& name_of(std::uint32_t tag) const noexcept { return tags_[tag].name; }
  // Grows with every new series and every metadata that came.
  std::uint64_t revision() const noexcept { return revision_; }

 private:
  static constexpr std::int32_t kNone = -1;
  struct Tag {
    std::string name;
    std::uint64_t hash;
    std::int32_t first_series = kNone;
    std::int32_t metadata = kNone;
  };
  struct Series {
    std::uint32_t tag;
    std::int32_t next;  // of the same tag
    Form form;
  };

  void grow();

  std::uint64_t seed_;
  std::vector<std::int32_t> slots_;  // open addressing by hash, at most half full; tag index or kNone
  std::vector<Tag> tags_;
  std::vector<Series> series_;
  std::vector<Metadata> metadata_;
  std::uint64_t revision_ = 0;
};

}  // namespace glassboard
