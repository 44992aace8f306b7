#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "arrays.hpp"
#include "encode.hpp"
#include "groups.hpp"
#include "record.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

Point point_of(const Text& tag, std::int64_t step, double wall_time, const Text& plugin_name,
               const Buffer& plugin_content, const Text& display_name, const Text& description,
               std::int32_t data_class) {
  return {tag.view(),
          step,
          wall_time,
          {plugin_name.view(), plugin_content.text(), display_name.view(), description.view(), data_class}};
}

// Appends by `append(out)` without the GIL.
template <class Append>
nb::bytes unlocked(Append&& append) {
  std::string out;
  {
    const nb::gil_scoped_release released;
    append(out);
  }
  return to_bytes(out);
}

[[noreturn]] void raise_row(Py_ssize_t row, const std::string& found) {
  raise("MisuseError",
        "row " + std::to_string(row) + " of encode_scalars is not (str, int, float, float): " + found);
}

nb::bytes encode_scalars(nb::handle rows, bool double_precision, const Text& display_name,
                         const Text& description) {
  const nb::object all = nb::steal(PySequence_Tuple(rows.ptr()));
  if (!all.is_valid()) throw nb::python_error();
  const Py_ssize_t count = PyTuple_GET_SIZE(all.ptr());
  constexpr std::size_t kTypicalFrameBytes = 64;
  std::string out;
  out.reserve(static_cast<std::size_t>(count) * kTypicalFrameBytes);
  Point point;
  point.metadata.display_name = display_name.view();
  point.metadata.description = description.view();
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* row = PyTuple_GET_ITEM(all.ptr(), i);
    if (!PyTuple_Check(row) || PyTuple_GET_SIZE(row) != 4) raise_row(i, Py_TYPE(row)->tp_name);
    Text tag;
    if (!tag.open(PyTuple_GET_ITEM(row, 0))) {
      raise_row(i, std::string("the tag is of type ") + Py_TYPE(PyTuple_GET_ITEM(row, 0))->tp_name);
    }
    point.tag = tag.view();
    point.step = PyLong_AsLongLong(PyTuple_GET_ITEM(row, 1));
    point.wall_time = PyFloat_AsDouble(PyTuple_GET_ITEM(row, 2));
    const double value = PyFloat_AsDouble(PyTuple_GET_ITEM(row, 3));
    if (PyErr_Occurred() != nullptr) {
      const nb::python_error cause;
      raise_row(i, cause.what());
    }
    if (double_precision) {
      append_double(out, point, value);
    } else {
      append_scalar(out, point, static_cast<float>(value));
    }
  }
  return to_bytes(out);
}

nb::bytes encode_tensor(const Text& tag, std::int64_t step, double wall_time, std::uint32_t dtype,
                        const std::vector<std::int64_t>& shape, nb::handle content, const Text& plugin_name,
                        const Buffer& plugin_content, const Text& display_name, const Text& description,
                        std::int32_t data_class) {
  const Point point =
      point_of(tag, step, wall_time, plugin_name, plugin_content, display_name, description, data_class);
  Buffer elements;
  std::vector<nb::object> kept;  // alive while their bytes are viewed
  std::vector<std::string_view> strings;
  if (dtype != kStringDtype) {
    if (!elements.open(content)) throw nb::python_error();
  } else {
    for (nb::handle item : content) {
      nb::object bytes = PyUnicode_Check(item.ptr())
                             ? nb::steal(PyUnicode_AsEncodedString(item.ptr(), "utf-8", "backslashreplace"))
                             : nb::borrow(item);
      if (!bytes.is_valid()) throw nb::python_error();
      if (!PyBytes_Check(bytes.ptr())) {
        raise("MisuseError",
              std::string("a string tensor holds str or bytes, found ") + Py_TYPE(item.ptr())->tp_name);
      }
      strings.emplace_back(PyBytes_AS_STRING(bytes.ptr()),
                           static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.ptr())));
      kept.push_back(std::move(bytes));
    }
  }
  if (const char* wrong = check_tensor(dtype, shape, elements.text().size(), strings.size())) {
    raise("MisuseError",
          std::string("cannot encode the tensor of ") + std::string(tag.view()) + ": " + wrong);
  }
  return unlocked(
      [&](std::string& out) { append_tensor(out, point, dtype, shape, elements.text(), strings); });
}

}  // namespace

// The arguments every encoder of a value ends with.
#define GLASSBOARD_METADATA                                                                       \
  nb::kw_only(), "plugin_name"_a = "", "plugin_content"_a = nb::bytes(""), "display_name"_a = "", \
                 "description"_a = "", "data_class"_a = 0

void add_encoders(nb::module_& m) {
  m.def("encode_scalars", &encode_scalars, "rows"_a, nb::kw_only(), "double_precision"_a = false,
        "display_name"_a = "", "description"_a = "",
        nb::sig("def encode_scalars(rows: collections.abc.Sequence[tuple[str, int, float, float]], *, "
                "double_precision: bool = False, display_name: str = '', description: str = '') -> bytes"),
        "Frames one event per row of (tag, step, wall time, value): float32 `simple_value`s or float64 "
        "tensors.");
  m.def(
      "encode_image",
      [](const Text& tag, std::int64_t step, double wall_time, std::int32_t height, std::int32_t width,
         std::int32_t colorspace, const Buffer& encoded, const Text& plugin_name,
         const Buffer& plugin_content, const Text& display_name, const Text& description,
         std::int32_t data_class) {
        const Point point = point_of(tag, step, wall_time, plugin_name, plugin_content, display_name,
                                     description, data_class);
        return unlocked(
            [&](std::string& out) { append_image(out, point, {height, width, colorspace, encoded.text()}); });
      },
      "tag"_a, "step"_a, "wall_time"_a, "height"_a, "width"_a, "colorspace"_a, "encoded"_a,
      GLASSBOARD_METADATA, "Frames an image that is encoded already.");
  m.def(
      "encode_histogram",
      [](const Text& tag, std::int64_t step, double wall_time, double minimum, double maximum, double num,
         double total, double sum_squares, const Doubles& limits, const Doubles& counts,
         const Text& plugin_name, const Buffer& plugin_content, const Text& display_name,
         const Text& description, std::int32_t data_class) {
        if (limits.view().size() != counts.view().size()) {
          raise("MisuseError", "histogram " + std::string(tag.view()) + " has " +
                                   std::to_string(limits.view().size()) + " limits and " +
                                   std::to_string(counts.view().size()) + " counts");
        }
        const Point point = point_of(tag, step, wall_time, plugin_name, plugin_content, display_name,
                                     description, data_class);
        HistogramData histogram;
        histogram.min = minimum;
        histogram.max = maximum;
        histogram.num = num;
        histogram.sum = total;
        histogram.sum_squares = sum_squares;
        return unlocked(
            [&](std::string& out) { append_histogram(out, point, histogram, limits.view(), counts.view()); });
      },
      "tag"_a, "step"_a, "wall_time"_a, "minimum"_a, "maximum"_a, "num"_a, "total"_a, "sum_squares"_a,
      "limits"_a, "counts"_a, GLASSBOARD_METADATA,
      "Frames a histogram; `limits` are the right edges of the buckets, `counts` what is in them.");
  m.def(
      "encode_audio",
      [](const Text& tag, std::int64_t step, double wall_time, double sample_rate, std::int64_t num_channels,
         std::int64_t length_frames, const Buffer& encoded, const Text& content_type, const Text& plugin_name,
         const Buffer& plugin_content, const Text& display_name, const Text& description,
         std::int32_t data_class) {
        const Point point = point_of(tag, step, wall_time, plugin_name, plugin_content, display_name,
                                     description, data_class);
        const AudioData audio{sample_rate, num_channels, length_frames, encoded.text(), content_type.view()};
        return unlocked([&](std::string& out) { append_audio(out, point, audio); });
      },
      "tag"_a, "step"_a, "wall_time"_a, "sample_rate"_a, "num_channels"_a, "length_frames"_a, "encoded"_a,
      "content_type"_a, GLASSBOARD_METADATA, "Frames sound that is encoded already.");
  m.def("encode_tensor", &encode_tensor, "tag"_a, "step"_a, "wall_time"_a, "dtype"_a, "shape"_a, "content"_a,
        GLASSBOARD_METADATA,
        nb::sig(
            "def encode_tensor(tag: str, step: int, wall_time: float, dtype: int, "
            "shape: collections.abc.Sequence[int], "
            "content: typing_extensions.Buffer | collections.abc.Sequence[str | bytes], *, plugin_name: str "
            "= '', "
            "plugin_content: typing_extensions.Buffer = b'', display_name: str = '', description: str = '', "
            "data_class: int = 0) -> bytes"),
        "Frames a tensor: little-endian elements in row-major order, or the strings of a string tensor "
        "(dtype 7).");
  m.def(
      "encode_value",
      [](const Text& tag, std::int64_t step, double wall_time, const Buffer& fields, const Text& plugin_name,
         const Buffer& plugin_content, const Text& display_name, const Text& description,
         std::int32_t data_class) {
        const Point point = point_of(tag, step, wall_time, plugin_name, plugin_content, display_name,
                                     description, data_class);
        return unlocked([&](std::string& out) { append_value(out, point, fields.text()); });
      },
      "tag"_a, "step"_a, "wall_time"_a, "fields"_a = nb::bytes(""), GLASSBOARD_METADATA,
      "Frames a value whose other fields are encoded already; without `fields` it is metadata alone, as "
      "hparams are.");
  m.def(
      "encode_graph",
      [](const Buffer& graph_def, std::int64_t step, double wall_time) {
        return unlocked([&](std::string& out) { append_graph(out, step, wall_time, graph_def.text()); });
      },
      "graph_def"_a, "step"_a, "wall_time"_a, "Frames an encoded `GraphDef`.");
  m.def(
      "encode_run_metadata",
      [](const Text& tag, const Buffer& run_metadata, std::int64_t step, double wall_time) {
        return unlocked([&](std::string& out) {
          append_run_metadata(out, {tag.view(), step, wall_time, {}}, run_metadata.text());
        });
      },
      "tag"_a, "run_metadata"_a, "step"_a, "wall_time"_a, "Frames an encoded `RunMetadata` under a tag.");
  m.def(
      "encode_file_version",
      [](double wall_time) {
        return unlocked([&](std::string& out) { append_file_version(out, wall_time); });
      },
      "wall_time"_a, "Frames the record that an event file starts with.");
  m.def(
      "encode_session_start",
      [](std::int64_t step, double wall_time) {
        return unlocked([&](std::string& out) { append_session_start(out, step, wall_time); });
      },
      "step"_a, "wall_time"_a, "Frames the record that says a writer starts at `step`.");
  m.def(
      "frame",
      [](const Buffer& payload) {
        return unlocked([&](std::string& out) { append_frame(out, payload.bytes()); });
      },
      "payload"_a, "Frames bytes that are an encoded `Event` already.");
}

}  // namespace glassboard::bind
