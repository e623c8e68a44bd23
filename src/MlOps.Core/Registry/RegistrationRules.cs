using System.Globalization;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Checks what is to be recorded, before anything is stored.</summary>
/// <remarks>Every method throws an <see cref="ArgumentException"/> that names the value and says what to do.</remarks>
internal static class RegistrationRules
{
    public static void Validate(ModelRegistration registration)
    {
        ValidateName("format", registration.Format ?? "");
        ValidateName("person", registration.Author);
        ValidateText("description", registration.Description);
        ValidateText("intended use", registration.IntendedUse);
        ValidateTags(registration.Tags);
        ValidateResources(registration.Resources);
        foreach (var metric in registration.Metrics.Keys)
        {
            ValidateName("metric", metric);
        }

        foreach (var (parameter, value) in registration.Parameters)
        {
            ValidateName("parameter", parameter);
            ValidateValue($"parameter '{parameter}'", value);
        }

        Validate(registration.Lineage);
        SignatureRules.Validate(registration.Signature);
        foreach (var example in registration.Examples)
        {
            ValidateExample(example);
        }

        if (registration.Files.Count == 0 && string.IsNullOrWhiteSpace(registration.Lineage.Source))
        {
            throw new ArgumentException("There are no files to register. Give files or folders, or say in Lineage.Source where the model is.", nameof(registration));
        }
    }

    public static void ValidateExample(GoldenExample? example)
    {
        if (example is null)
        {
            throw new ArgumentException("A golden example is null. Leave it out.");
        }

        Require(
            double.IsFinite(example.Tolerance) && example.Tolerance >= 0,
            string.Create(CultureInfo.InvariantCulture, $"The tolerance of a golden example is {example.Tolerance}. Give a finite number, zero or more."));
        Require(example.Outputs.Count > 0, "A golden example has no outputs, so nothing could be compared. Give at least one.");
    }

    public static void ValidateTags(IReadOnlyDictionary<string, string>? tags)
    {
        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            ValidateName("tag", key);
            ValidateValue($"tag '{key}'", value);
        }
    }

    public static void ValidateResources(ResourceProfile? resources)
    {
        Require(resources?.LoadTime is not { } load || load >= TimeSpan.Zero, $"The load time is {resources?.LoadTime}. Give zero or more.");
        Require(resources?.Latency is not { } latency || latency >= TimeSpan.Zero, $"The latency is {resources?.Latency}. Give zero or more.");
        Require(resources?.Memory is null or >= 0, $"The memory is {resources?.Memory} bytes. Give zero or more.");
        Require(resources is not { LoadTime: null, Latency: null, Memory: null }, "The resource profile has no measurement. Give one, or leave the profile out.");
    }

    public static void ValidateName(string what, string? name)
    {
        if (name is not null)
        {
            RecordText.ThrowIfNotName(what, name);
        }
    }

    public static void ValidateText(string what, string? text)
    {
        if (text is not null && RecordText.FindTextFault(text) is { } fault)
        {
            throw new ArgumentException($"The {what} '{RecordText.Shorten(text)}' cannot be recorded: {fault}");
        }
    }

    private static void ValidateValue(string what, string? value)
    {
        Require(value is not null, $"The {what} has no value. Give one; it may be empty.");
        ValidateText(what, value);
    }

    private static void Validate(ModelLineage lineage)
    {
        ValidateText("run id", lineage.RunId);
        ValidateText("run link", lineage.RunLink);
        ValidateText("git commit", lineage.GitCommit);
        ValidateText("source", lineage.Source);
        foreach (var dataset in lineage.Datasets)
        {
            RecordText.ThrowIfNotRecordName("dataset", dataset.Name);
            Require(dataset.Version >= 1, $"The dataset '{dataset}' has no such version. Give 1 or more.");
        }

        var twice = lineage.Datasets.GroupBy(static dataset => dataset).FirstOrDefault(static group => group.Count() > 1)?.Key;
        Require(twice is null, $"The dataset '{twice}' is there twice. Name it once.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
