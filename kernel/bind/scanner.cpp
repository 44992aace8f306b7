#include <nanobind/stl/string.h>

#include <memory>
#include <mutex>
#include <optional>

#include "arguments.hpp"
#include "arrays.hpp"
#include "extent.hpp"
#include "groups.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

const char* name_of(Form form) {
  switch (form) {
    case Form::scalar: return "scalar";
    case Form::image: return "image";
    case Form::histo: return "histo";
    case Form::audio: return "audio";
    case Form::tensor: return "tensor";
    case Form::none: return "none";
    case Form::graph_def: return "graph_def";
    case Form::meta_graph_def: return "meta_graph_def";
    case Form::run_metadata: return "run_metadata";
    case Form::video: return "video";
  }
  return "";
}

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::length_checksum: return "length-checksum";
    case Reason::data_checksum: return "data-checksum";
    case Reason::too_long: return "too-long";
    case Reason::undecodable: return "undecodable";
  }
  return "";
}

struct SeriesInfo {
  std::string tag;
  Form form;
  Metadata metadata;
};

// Columns are held as the kernel made them, and become arrays when they are asked for: a log directory of
// thousands of small files holds thousands of these.
struct BatchObject {
  nb::object scalars, samples;
  nb::list long_scalars;
  std::vector<Damage> damage;
  std::vector<SessionStart> session_starts;
  std::uint64_t records;
  Extent extent;
};

template <class T>
nb::list to_list(const std::vector<T>& items) {
  nb::list list;
  for (const T& item : items) list.append(item);
  return list;
}

// A scanner that several threads may call: each call waits for the one before it, never with the GIL held.
class LockedScanner {
 public:
  explicit LockedScanner(std::uint64_t max_record_bytes, std::size_t long_rows = Scanner::kLongRows)
      : scanner_(max_record_bytes, long_rows) {}

  // For what takes no time: the GIL is let go of only where the scanner is busy.
  template <class Function>
  auto peek(Function&& function) {
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock()) return function(scanner_);
    return with(function);
  }

  template <class Function>
  auto with(Function&& function) {
    const nb::gil_scoped_release unlocked;
    const std::scoped_lock lock(mutex_);
    return function(scanner_);
  }

 private:
  std::mutex mutex_;
  Scanner scanner_;
};

BatchObject take(LockedScanner& scanner) {
  auto [batch, extent] = scanner.with([](Scanner& s) {
    std::pair<Batch, Extent> out(s.take(), Extent{});
    for (const ScalarColumns& columns : out.first.scalars) {
      out.second.add({columns.rows.steps(), columns.size}, {columns.rows.wall_times(), columns.size});
    }
    const SampleColumns& samples = out.first.samples;
    out.second.add({samples.steps.data.get(), samples.steps.size},
                   {samples.wall_times.data.get(), samples.wall_times.size});
    return out;
  });
  BatchObject out;
  out.scalars = nb::cast(std::move(batch.scalars.front()));
  for (std::size_t i = 1; i < batch.scalars.size(); ++i) {
    out.long_scalars.append(nb::cast(std::move(batch.scalars[i])));
  }
  out.samples = nb::cast(std::move(batch.samples));
  out.damage = std::move(batch.damage);
  out.session_starts = std::move(batch.session_starts);
  out.records = batch.records;
  out.extent = extent;
  return out;
}

// An array over a column of the object, which lives as long as the array does.
template <class T>
nb::object view(nb::handle owner, const Column<T>& column) {
  return to_array(column.data.get(), column.size, nb::borrow(owner));
}

nb::list series_of(LockedScanner& scanner) {
  const auto all = scanner.with([](const Scanner& s) {
    std::vector<SeriesInfo> infos;
    infos.reserve(s.series().size());
    for (std::size_t i = 0; i < s.series().size(); ++i) {
      const std::uint32_t tag = s.series().tag_of(i);
      const Metadata* metadata = s.series().metadata(tag);
      infos.push_back(
          {s.series().name_of(tag), s.series().form_of(i), metadata != nullptr ? *metadata : Metadata{}});
    }
    return infos;
  });
  return to_list(all);
}

// A scanner that goes on where another one stood.
LockedScanner* resume(const Buffer& position, const Buffer& table, std::uint64_t max_record_bytes) {
  auto scanner = std::make_unique<LockedScanner>(max_record_bytes);
  const bool sound =
      scanner->with([&position, &table](Scanner& s) { return s.resume(position.bytes(), table.bytes()); });
  if (!sound) raise("CorruptError", "these are not the position and the table of a scanner");
  return scanner.release();
}

nb::object file_version(LockedScanner& scanner) {
  const auto version = scanner.peek(
      [](const Scanner& s) { return s.has_file_version() ? std::optional(s.file_version()) : std::nullopt; });
  return version ? nb::object(to_str(*version)) : nb::none();
}

// Read-only property whose type the stub names as `type`.
#define GLASSBOARD_PROPERTY(name, type, ...) \
  def_prop_ro(#name, __VA_ARGS__, nb::for_getter(nb::sig("def " #name "(self) -> " type)))
#define GLASSBOARD_INT64 "numpy.typing.NDArray[numpy.int64]"
#define GLASSBOARD_FLOAT64 "numpy.typing.NDArray[numpy.float64]"

}  // namespace

void add_scanner(nb::module_& m) {
  m.def("return_free_memory", &return_free_memory, nb::call_guard<nb::gil_scoped_release>(),
        "Hands memory that was freed, but is kept by the C library for later, back to the system where it "
        "can.");

  nb::class_<SeriesInfo>(m, "SeriesInfo", nb::is_final(),
                         "One series of a file: a tag in one form, with the metadata its tag carried first.")
      .def_prop_ro(
          "tag", [](const SeriesInfo& s) { return to_bytes(s.tag); },
          "As stored; UTF-8 unless the writer was wrong.")
      .def_prop_ro(
          "form", [](const SeriesInfo& s) { return name_of(s.form); },
          "`scalar`, `image`, `histo`, `audio`, `tensor`, `none`, `graph_def`, `meta_graph_def`, "
          "`run_metadata` or `video` (an image with a video beside it).")
      .def_prop_ro("plugin_name", [](const SeriesInfo& s) { return to_str(s.metadata.plugin_name); })
      .def_prop_ro("plugin_content", [](const SeriesInfo& s) { return to_bytes(s.metadata.plugin_content); })
      .def_prop_ro("display_name", [](const SeriesInfo& s) { return to_str(s.metadata.display_name); })
      .def_prop_ro("description", [](const SeriesInfo& s) { return to_str(s.metadata.description); })
      .def_prop_ro(
          "data_class", [](const SeriesInfo& s) { return s.metadata.data_class; },
          "0 unknown, 1 scalar, 2 tensor, 3 blob sequence.");

  using Scalars = nb::handle_t<ScalarColumns>;
  const auto scalars = [](const Scalars& self) -> ScalarColumns& { return nb::cast<ScalarColumns&>(self); };
  nb::class_<ScalarColumns>(
      m, "ScalarColumns", nb::is_final(),
      "Scalar points grouped by series: rows starts[i] to starts[i + 1] are those of series[i], "
      "in file order. Each access makes a new array over the same memory.")
      .GLASSBOARD_PROPERTY(series, "numpy.typing.NDArray[numpy.int32]",
                           [scalars](const Scalars& c) { return view(c, scalars(c).groups.series); })
      .GLASSBOARD_PROPERTY(starts, GLASSBOARD_INT64,
                           [scalars](const Scalars& c) { return view(c, scalars(c).groups.starts); })
      .GLASSBOARD_PROPERTY(steps, GLASSBOARD_INT64,
                           [scalars](const Scalars& c) {
                             return to_array(scalars(c).rows.steps(), scalars(c).size, nb::borrow(c));
                           })
      .GLASSBOARD_PROPERTY(wall_times, GLASSBOARD_FLOAT64,
                           [scalars](const Scalars& c) {
                             return to_array(scalars(c).rows.wall_times(), scalars(c).size, nb::borrow(c));
                           })
      .GLASSBOARD_PROPERTY(values, GLASSBOARD_FLOAT64, [scalars](const Scalars& c) {
        return to_array(scalars(c).rows.values(), scalars(c).size, nb::borrow(c));
      });

  using Samples = nb::handle_t<SampleColumns>;
  const auto samples = [](const Samples& self) -> SampleColumns& { return nb::cast<SampleColumns&>(self); };
  nb::class_<SampleColumns>(
      m, "SampleColumns", nb::is_final(),
      "Samples grouped by series as in `ScalarColumns`, each located by its absolute offset and "
      "length in the file.")
      .GLASSBOARD_PROPERTY(series, "numpy.typing.NDArray[numpy.int32]",
                           [samples](const Samples& c) { return view(c, samples(c).groups.series); })
      .GLASSBOARD_PROPERTY(starts, GLASSBOARD_INT64,
                           [samples](const Samples& c) { return view(c, samples(c).groups.starts); })
      .GLASSBOARD_PROPERTY(steps, GLASSBOARD_INT64,
                           [samples](const Samples& c) { return view(c, samples(c).steps); })
      .GLASSBOARD_PROPERTY(wall_times, GLASSBOARD_FLOAT64,
                           [samples](const Samples& c) { return view(c, samples(c).wall_times); })
      .GLASSBOARD_PROPERTY(offsets, GLASSBOARD_INT64,
                           [samples](const Samples& c) { return view(c, samples(c).offsets); })
      .GLASSBOARD_PROPERTY(lengths, GLASSBOARD_INT64,
                           [samples](const Samples& c) { return view(c, samples(c).lengths); });

  nb::class_<Damage>(m, "Damage", nb::is_final(), "Bytes that gave no event.")
      .def_ro("offset", &Damage::offset)
      .def_ro("length", &Damage::length,
              "Bytes lost. At the end of the file it may grow: a later damage of the same offset replaces "
              "this one.")
      .def_prop_ro(
          "reason", [](const Damage& d) { return name_of(d.reason); },
          "`length-checksum`, `data-checksum`, `too-long` or `undecodable`.");

  nb::class_<SessionStart>(m, "SessionStart", nb::is_final(),
                           "A record by which a writer says that it starts here.")
      .def_ro("step", &SessionStart::step)
      .def_ro("wall_time", &SessionStart::wall_time)
      .def_ro("offset", &SessionStart::offset);

  nb::class_<BatchObject>(m, "Batch", nb::is_final(), "What was read since the last `take`.")
      .GLASSBOARD_PROPERTY(
          scalars, "ScalarColumns", [](const BatchObject& b) { return b.scalars; },
          "Of all series but the long ones.")
      .GLASSBOARD_PROPERTY(long_scalars, "list[ScalarColumns]",
                           [](const BatchObject& b) { return b.long_scalars; })
      .GLASSBOARD_PROPERTY(samples, "SampleColumns", [](const BatchObject& b) { return b.samples; })
      .GLASSBOARD_PROPERTY(
          extent, "tuple[float, float, int, int]",
          [](const BatchObject& b) {
            return nb::make_tuple(b.extent.first_wall_time, b.extent.last_wall_time, b.extent.last_step,
                                  b.extent.points);
          },
          "First and last finite wall time, last step and number of all points. Without points: infinity, "
          "minus "
          "infinity, the least integer and 0.")
      .GLASSBOARD_PROPERTY(damage, "list[Damage]", [](const BatchObject& b) { return to_list(b.damage); })
      .GLASSBOARD_PROPERTY(session_starts, "list[SessionStart]",
                           [](const BatchObject& b) { return to_list(b.session_starts); })
      .def_ro("records", &BatchObject::records, "Records with sound checksums, undecodable ones included.");

  nb::class_<LockedScanner>(
      m, "EventScanner", nb::is_final(),
      "Turns the bytes of one event file into columns. Holds no bytes between calls; any thread "
      "may call it.")
      .def(nb::init<std::uint64_t, std::size_t>(), "max_record_bytes"_a = std::uint64_t{1} << 30,
           "long_rows"_a = Scanner::kLongRows,
           "A series with more than `long_rows` new points has columns of its own in a batch.")
      .def(
          "feed",
          [](LockedScanner& scanner, const Buffer& chunk) {
            return scanner.with([&chunk](Scanner& s) { return s.feed(chunk.bytes()); });
          },
          "chunk"_a,
          "Decodes the whole records in `chunk`, which starts at `offset`; returns how many bytes it used.")
      .def("take", &take, "Hands over everything read since the last call.")
      .def_static("resume", &resume, "position"_a, "table"_a, "max_record_bytes"_a = std::uint64_t{1} << 30,
                  nb::rv_policy::take_ownership,
                  "A scanner that goes on where the one stood whose `position` and `table` these are. Raises "
                  "`glassboard.errors.CorruptError` where they are not.")
      .def_prop_ro(
          "position",
          [](LockedScanner& s) { return to_bytes(s.peek([](const Scanner& t) { return t.position(); })); },
          "Where it stands, as bytes for `resume`. Right after `take` only: what was not taken is not in it.")
      .def_prop_ro(
          "table",
          [](LockedScanner& s) { return to_bytes(s.peek([](const Scanner& t) { return t.table(); })); },
          "What it learnt of series and writer, as bytes for `resume`; the same bytes for files of the same "
          "series.")
      .def_prop_ro(
          "offset", [](LockedScanner& s) { return s.peek([](const Scanner& t) { return t.offset(); }); },
          "Absolute offset of the first byte that is not decoded yet.")
      .def_prop_ro(
          "wanted_bytes",
          [](LockedScanner& s) { return s.peek([](const Scanner& t) { return t.wanted_bytes(); }); },
          "Bytes from `offset` that the next record needs, at least 12.")
      .GLASSBOARD_PROPERTY(
          series, "list[SeriesInfo]", &series_of,
          "Every series met so far, in order of first appearance; ids in the columns index this list.")
      .def_prop_ro(
          "series_revision",
          [](LockedScanner& s) { return s.peek([](const Scanner& t) { return t.series().revision(); }); },
          "Grows whenever `series` would be different.")
      .GLASSBOARD_PROPERTY(
          file_version, "str | None", &file_version,
          "What the first record says (`brain.Event:2`); None while there is none or it is another "
          "kind of record.")
      .def_prop_ro(
          "writer",
          [](LockedScanner& s) { return to_str(s.peek([](const Scanner& t) { return t.writer(); })); },
          "The writer that the file names, or empty.");
}

}  // namespace glassboard::bind
