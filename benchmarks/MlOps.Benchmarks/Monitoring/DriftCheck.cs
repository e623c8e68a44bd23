using System.Globalization;
using System.Text.Json;
using MlOps.Monitoring.Drift;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Compares the statistics of the library with a file of samples and expected statistics, such as those of SciPy.</summary>
/// <remarks>The shape of the file is documented in <c>src/MlOps.Monitoring/Drift/README.md</c>.</remarks>
internal static class DriftCheck
{
    public const string Command = "drift";

    private const double StatisticTolerance = 1e-9;
    private const double PValueTolerance = 1e-6;

    // Sums of rounded numbers that cancel are equal to this absolute difference.
    private const double Rounding = 1e-12;

    /// <summary>Checks a file.</summary>
    /// <returns>0 if each value is ok, 1 if one is not, 2 if the file cannot be read.</returns>
    public static async Task<int> RunAsync(string path, TextWriter output, TextWriter errors)
    {
        var values = new List<DriftCheckValue>();
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
            foreach (var value in Check(document.RootElement))
            {
                values.Add(value);
                await output.WriteLineAsync($"{value.Case,-28} {value.Name,-52} {value.Expected,-24} {value.Ours,-24} {value.Outcome}");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            await errors.WriteLineAsync(
                $"The file '{path}' cannot be checked: {exception.Message} src/MlOps.Monitoring/Drift/README.md describes the shape of the file.");
            return 2;
        }

        var ok = values.Count(static value => value.IsOk);
        var unknown = values.Count(static value => value.IsUnknown);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{values.Count} values: {ok} ok, {values.Count - ok - unknown} not ok, {unknown} not checked"));
        return ok == values.Count ? 0 : 1;
    }

    /// <summary>Compares each expected value of a document.</summary>
    public static IEnumerable<DriftCheckValue> Check(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !(root.TryGetProperty("cases", out _) || root.TryGetProperty("streams", out _)))
        {
            throw new FormatException("It has neither 'cases' nor 'streams'.");
        }

        foreach (var key in root.EnumerateObject().Where(static key => key.Name is not ("about" or "conventions" or "cases" or "streams")))
        {
            yield return new DriftCheckValue("", key.Name, key.Value.ValueKind.ToString(), "", "NOT CHECKED: the key is unknown");
        }

        foreach (var entry in Entries(root, "cases"))
        {
            foreach (var value in CheckCase(entry))
            {
                yield return value;
            }
        }

        foreach (var entry in Entries(root, "streams"))
        {
            var statistics = DriftCheckStatistics.Stream(Numbers(entry, "values"));
            foreach (var value in Compare(Text(entry, "id"), "", Property(entry, "expected"), statistics, hasOverflow: false))
            {
                yield return value;
            }
        }
    }

    private static IEnumerable<DriftCheckValue> CheckCase(JsonElement entry)
    {
        var (id, kind) = (Text(entry, "id"), Text(entry, "kind"));
        if (kind is not ("numeric" or "categorical"))
        {
            return [new DriftCheckValue(id, "kind", kind, "", "NOT CHECKED: the kind is not 'numeric' or 'categorical'")];
        }

        if (kind == "categorical")
        {
            return Compare(id, "", Property(entry, "expected"), DriftCheckStatistics.Categorical(Texts(entry, "reference"), Texts(entry, "current")), false);
        }

        var (reference, current) = (Numbers(entry, "reference"), Numbers(entry, "current"));
        var hasOverflow = HasOverflow(reference) || HasOverflow(current);
        return Compare(id, "", Property(entry, "expected"), DriftCheckStatistics.Numeric(reference, current), hasOverflow);
    }

    /// <summary>Determines whether the sum of the values overflows in both directions. SciPy then takes the sample for one with a NaN.</summary>
    private static bool HasOverflow(double[] values) => double.IsNaN(PairwiseSum.Of([.. values.Where(double.IsFinite)]));

    private static IEnumerable<DriftCheckValue> Compare(
        string id, string path, JsonElement expected, Dictionary<string, Func<object>> statistics, bool hasOverflow)
    {
        if (expected.ValueKind == JsonValueKind.Object && !expected.TryGetProperty("error", out _))
        {
            return expected.EnumerateObject().SelectMany(
                key => Compare(id, path.Length == 0 ? key.Name : $"{path}.{key.Name}", key.Value, statistics, hasOverflow));
        }

        if (!statistics.TryGetValue(path, out var compute))
        {
            return [new DriftCheckValue(id, path, Shorten(expected.GetRawText()), "", "NOT CHECKED: the key is unknown")];
        }

        object ours;
        try
        {
            ours = compute();
        }
        catch (ArgumentException exception)
        {
            ours = exception;
        }

        var isOk = IsEqual(path, expected, ours);
        var isOverflow = !isOk && hasOverflow && expected.ValueKind == JsonValueKind.Null && path.StartsWith("mann_whitney.", StringComparison.Ordinal);
        var outcome = isOk ? "ok" : isOverflow ? "ok: the sum of the values overflows, which SciPy takes for a NaN" : "NOT OK";
        return [new DriftCheckValue(id, path, Shorten(expected.GetRawText()), Shorten(Format(ours)), outcome)];
    }

    private static bool IsEqual(string path, JsonElement expected, object ours) => (expected.ValueKind, ours) switch
    {
        (JsonValueKind.Object, _) => ours is ArgumentException,
        (JsonValueKind.Array, Array array) => expected.GetArrayLength() == array.Length
            && expected.EnumerateArray().Zip(array.Cast<object>()).All(pair => IsEqual(path, pair.First, pair.Second)),
        (JsonValueKind.String, string text) => expected.GetString() == text,
        (JsonValueKind.Array, _) or (_, Array or string or ArgumentException) => false,
        _ => IsClose(path, Number(expected), Convert.ToDouble(ours, CultureInfo.InvariantCulture)),
    };

    private static bool IsClose(string path, double expected, double ours)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        var isPValue = name is "p" or "g_p" || name.StartsWith("p_", StringComparison.Ordinal);
        var (relative, absolute) = isPValue ? (PValueTolerance, PValueTolerance) : (StatisticTolerance, Rounding);
        return expected.Equals(ours) || Math.Abs(expected - ours) <= Math.Max(absolute, relative * Math.Abs(expected));
    }

    private static string Format(object value) => value switch
    {
        Array array => $"[{string.Join(',', array.Cast<object>().Select(Format))}]",
        ArgumentException exception => exception.Message,
        double.NaN => "null",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..57]}...";

    private static JsonElement[] Entries(JsonElement root, string name) => !root.TryGetProperty(name, out var entries)
        ? []
        : entries.ValueKind == JsonValueKind.Array ? [.. entries.EnumerateArray()] : throw new FormatException($"'{name}' is not an array.");

    private static JsonElement Property(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value)
            ? value
            : throw new FormatException($"A case or stream has no '{name}': {Shorten(entry.GetRawText())}.");

    private static string Text(JsonElement entry, string name) => Property(entry, name) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw new FormatException($"The '{name}' of a case or stream is not a string: {Shorten(entry.GetRawText())}.");

    private static double[] Numbers(JsonElement entry, string name) => [.. Elements(entry, name).Select(Number)];

    private static string?[] Texts(JsonElement entry, string name) =>
    [
        .. Elements(entry, name).Select(element => element.ValueKind is JsonValueKind.String or JsonValueKind.Null
            ? element.GetString()
            : throw new FormatException($"'{name}' of '{Text(entry, "id")}' has {Shorten(element.GetRawText())}. A category is a string or null.")),
    ];

    private static JsonElement.ArrayEnumerator Elements(JsonElement entry, string name) => Property(entry, name) is { ValueKind: JsonValueKind.Array } value
        ? value.EnumerateArray()
        : throw new FormatException($"'{name}' of '{Text(entry, "id")}' is not an array.");

    private static double Number(JsonElement element) => (element.ValueKind, element.ValueKind == JsonValueKind.String ? element.GetString() : null) switch
    {
        (JsonValueKind.Number, _) => element.GetDouble(),
        (JsonValueKind.Null, _) or (_, "NaN") => double.NaN,
        (_, "Infinity") => double.PositiveInfinity,
        (_, "-Infinity") => double.NegativeInfinity,
        _ => throw new FormatException($"{Shorten(element.GetRawText())} is not a number, null, \"Infinity\" or \"-Infinity\"."),
    };
}
