using System.Globalization;
using System.Text;
using MlOps.Models;

namespace MlOps.Registry;

/// <summary>Writes a model card.</summary>
internal sealed class ModelCardWriter(RegisteredModel model, ModelVersion version, ModelPackage package, IReadOnlyList<ModelEvent> history, string alias)
{
    private const int MaxMoves = 20;
    private const string Unknown = "not recorded";
    private const string Unmeasured = "not measured";
    private readonly StringBuilder _text = new();

    public string Write()
    {
        Line($"# {Markdown.Inline(model.Name)}, version {version.Number}");
        Section(null, () => Quoted(version.Description ?? model.Description, "There is no description."));
        Section(null, WriteFacts);
        Section("Intended use", () => Quoted(version.IntendedUse, "None is recorded."));
        Section("Data and lineage", WriteLineage);
        Section("Metrics", WriteMetrics);
        Section("Parameters", () => WritePairs(version.Parameters, "Parameter"));
        Section("Tags", () => WritePairs(version.Tags, "Tag"));
        Section("Signature", WriteSignature);
        Section("Resources", WriteResources);
        if (model.Alerts.Values.Any(static alert => alert.IsActive))
        {
            Section("Alerts", WriteAlerts);
        }

        Section("Gates and approvals", WriteGates);
        Section("Aliases", WriteMoves);
        Section("Files", WriteFiles);
        Section("Deploy and roll back", () => Line(new ModelCardDeployment(model, version, alias).Write()));
        return _text.ToString();
    }

    private void WriteFacts()
    {
        var aliases = model.AliasesOf(version.Number);
        Line(Markdown.Head("Fact", "Value"));
        Fact("Status", version.StatusMessage is null ? $"{version.Status}" : $"{version.Status}: {Markdown.Inline(version.StatusMessage)}");
        Fact("Aliases", aliases.Count == 0 ? "none" : string.Join(", ", aliases.Select(Markdown.Inline)));
        Fact("Format", Markdown.Inline(version.Format));
        Fact("Actor", Markdown.Inline(version.Actor));
        Fact("Registered", Time(version.Created));
        Fact("Last changed", Time(version.Updated));
        Fact("Size", $"{Bytes(version.Size)} in {version.FileCount} {(version.FileCount == 1 ? "file" : "files")}");
        Fact("Golden examples", Number(version.ExampleCount));
    }

    private void WriteLineage()
    {
        var lineage = version.Lineage;
        Line(Markdown.Head("Fact", "Value"));
        var datasets = lineage.Datasets.Select(static dataset => $"{Markdown.Inline(dataset.Name)} version {dataset.Version}").ToArray();
        Fact("Datasets", datasets.Length == 0 ? Unknown : string.Join(", ", datasets));
        Fact("Run", OrUnknown(lineage.RunId));
        Fact("Run link", OrUnknown(lineage.RunLink));
        Fact("Git commit", OrUnknown(lineage.GitCommit));
        Fact("Source", OrUnknown(lineage.Source));
    }

    private void WriteMetrics()
    {
        var current = model.Find(alias);
        var compared = current is not null && current.Number != version.Number;
        if (version.Metrics.Count == 0)
        {
            Line("None are recorded.");
            return;
        }

        var own = $"Version {version.Number}";
        Line(compared ? Markdown.Head("Metric", own, $"{Markdown.Inline(alias)} (version {current!.Number})", "Difference") : Markdown.Head("Metric", own));
        foreach (var (name, value) in version.Metrics.OrderBy(static metric => metric.Key, StringComparer.Ordinal))
        {
            var metric = Markdown.Inline(name);
            Line(!compared ? Markdown.Row(metric, Number(value))
                : current!.Metrics.TryGetValue(name, out var other) ? Markdown.Row(metric, Number(value), Number(other), Difference(value - other))
                : Markdown.Row(metric, Number(value), Unknown, ""));
        }
    }

    private void WritePairs(IReadOnlyDictionary<string, string> pairs, string kind)
    {
        if (pairs.Count == 0)
        {
            Line("None are recorded.");
            return;
        }

        Line(Markdown.Head(kind, "Value"));
        foreach (var (key, value) in pairs.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Line(Markdown.Row(Markdown.Inline(key), Markdown.Inline(value)));
        }
    }

    private void WriteSignature()
    {
        if (version.Signature is not { } signature)
        {
            Line("None is recorded.");
            return;
        }

        Line(Markdown.Head("", "Name", "Type", "Shape", "Nullable", "Optional", "Range", "Categories"));
        var features = signature.Inputs.Select(static feature => ("input", feature)).Concat(signature.Outputs.Select(static feature => ("output", feature)));
        foreach (var (kind, feature) in features)
        {
            Line(Markdown.Row(
                kind,
                Markdown.Inline(feature.Name),
                $"{feature.Type}",
                Shape(feature),
                feature.IsNullable ? "yes" : "no",
                feature.IsOptional ? "yes" : "no",
                Range(feature),
                feature.Categories is null ? "any" : string.Join(", ", feature.Categories.Select(Markdown.Inline))));
        }
    }

    private void WriteResources()
    {
        if (version.ResourcesByMachine.Count == 0)
        {
            Line("None are measured. Serving measures a version when it loads it; `IResourceMeter.MeasureAsync` measures it before that.");
            return;
        }

        Line(Markdown.Head("Machine", "Load time", "Memory", "Latency, median", "Latency, 99th percentile", "Files"));
        foreach (var profile in version.ResourcesByMachine)
        {
            Line(Markdown.Row(
                profile.Machine is null ? "not stated" : Markdown.Inline(profile.Machine),
                Duration(profile.LoadTime),
                profile.Memory is { } memory ? Bytes(memory) : Unmeasured,
                Duration(profile.Latency),
                Duration(profile.LatencyP99),
                profile.ArtifactSize is { } size ? Bytes(size) : Unmeasured));
        }
    }

    private void WriteGates()
    {
        foreach (var gated in model.GatedAliases.Order(StringComparer.Ordinal))
        {
            Line($"Gates of {Markdown.Inline(gated)}:\n");
            Line(Markdown.Head("Gate", "Subject", "Measured", "Required", "Result"));
            foreach (var gate in model.EvaluateGates(gated, version.Number))
            {
                Line(Markdown.Row(
                    gate.Gate,
                    Markdown.Inline(gate.Subject),
                    Markdown.Inline(gate.Measured),
                    Markdown.Inline(gate.Required),
                    gate.Passed ? "passed" : "**failed**"));
            }

            Line("");
        }

        if (version.Approvals.Count == 0)
        {
            Line("There are no approvals.");
            return;
        }

        Line(Markdown.Head("Approved by", "Time", "Comment"));
        foreach (var approval in version.Approvals)
        {
            Line(Markdown.Row(Markdown.Inline(approval.Actor), Time(approval.Time), Markdown.Inline(approval.Comment)));
        }
    }

    private void WriteAlerts()
    {
        Line(Markdown.Head("Alert", "Since", "Version", "Value", "Threshold", "Message"));
        foreach (var alert in model.Alerts.Values.Where(static alert => alert.IsActive).OrderBy(static alert => alert.Key, StringComparer.Ordinal))
        {
            Line(Markdown.Row(
                Markdown.Inline(alert.Key),
                Time(alert.Since),
                alert.Version is { } number ? Number(number) : "any",
                Number(alert.Value),
                Number(alert.Threshold),
                Markdown.Inline(alert.Message)));
        }
    }

    private void WriteMoves()
    {
        var moves = history.Where(static change => change.Alias is not null).ToArray();
        if (moves.Length == 0)
        {
            Line("No alias was set.");
            return;
        }

        Line(Markdown.Head("Time", "Alias", "From", "To", "Actor", "Reason"));
        foreach (var move in moves.TakeLast(MaxMoves))
        {
            var overruled = move.Forced ? $" (forced; failed gates: {string.Join("; ", move.Gates!.Where(static gate => !gate.Passed))})" : "";
            var kind = move.Kind == ModelEventKind.RolledBack ? " (rolled back)" : "";
            Line(Markdown.Row(
                Time(move.Time),
                Markdown.Inline(move.Alias),
                NameOf(move.Previous),
                move.Kind == ModelEventKind.AliasRemoved ? "removed" : NameOf(move.Version) + kind,
                Markdown.Inline(move.Actor),
                Markdown.Inline((move.Reason ?? "") + overruled)));
        }

        if (moves.Length > MaxMoves)
        {
            Line($"\n{moves.Length - MaxMoves} earlier moves are in the history.");
        }
    }

    private void WriteFiles()
    {
        Line(Markdown.Head("File", "Bytes", "SHA-256"));
        foreach (var file in package.Files)
        {
            Line(Markdown.Row(Markdown.Inline(file.Path), Number(file.Size), $"`{file.Sha256}`"));
        }
    }

    private void Section(string? title, Action write)
    {
        Line("");
        if (title is not null)
        {
            Line($"## {title}\n");
        }

        write();
    }

    private void Quoted(string? text, string otherwise) => Line(string.IsNullOrWhiteSpace(text) ? otherwise : Markdown.Quote(text));

    private void Fact(string name, string value) => Line(Markdown.Row(name, value));

    private void Line(string text) => _text.Append(text).Append('\n');

    private static string OrUnknown(string? text) => string.IsNullOrWhiteSpace(text) ? Unknown : Markdown.Inline(text);

    private static string NameOf(int? number) => number is null ? "nothing" : $"version {number}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan? duration) => duration?.ToString("c", CultureInfo.InvariantCulture) ?? Unmeasured;

    private static string Bytes(long count) => $"{Number(count)} bytes";

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Difference(double difference) =>
        double.IsFinite(difference) ? difference.ToString("+0.######;-0.######;0", CultureInfo.InvariantCulture) : "none";

    private static string Shape(ModelFeature feature) => feature.Shape.Count == 0
        ? "one value"
        : $"\\[{string.Join(", ", feature.Shape.Select(static length => length?.ToString(CultureInfo.InvariantCulture) ?? "any"))}\\]";

    private static string Range(ModelFeature feature) => feature.Minimum is null && feature.Maximum is null ? "any"
        : $"{(feature.Minimum is { } least ? Number(least) : "any")} to {(feature.Maximum is { } most ? Number(most) : "any")}";
}
