using System.Globalization;
using MlOps.Documents;
using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Validates registrations before data is stored.</summary>
/// <remarks>The methods throw an <see cref="ArgumentException"/> whose message names the value and the remedy.</remarks>
internal static class RegistrationRules
{
    public static void Validate(ModelRegistration registration)
    {
        RecordRules.ValidateName("format", registration.Format ?? "");
        RecordRules.ValidateName("person", registration.Actor);
        RecordRules.ValidateText("description", registration.Description);
        RecordRules.ValidateText("intended use", registration.IntendedUse);
        RecordRules.ValidateTags(registration.Tags);
        ValidateResources(registration.Resources);
        ValidateMetrics(registration.Metrics.Keys);
        foreach (var (parameter, value) in registration.Parameters)
        {
            RecordRules.ValidateName("parameter", parameter);
            RecordRules.ValidateValue($"parameter '{parameter}'", value);
        }

        Validate(registration.Lineage);
        SignatureRules.Validate(registration.Signature);
        foreach (var example in registration.Examples)
        {
            ValidateExample(example);
        }

        if (registration.Files.Count == 0 && string.IsNullOrWhiteSpace(registration.Lineage.Source))
        {
            throw new ArgumentException(
                "The registration has no files. Specify files or folders, or specify the location of the model in Lineage.Source.", nameof(registration));
        }
    }

    public static void ValidateMetrics(IEnumerable<string>? names)
    {
        foreach (var metric in names ?? [])
        {
            RecordRules.ValidateName("metric", metric);
        }
    }

    public static void ValidateExample(GoldenExample? example)
    {
        if (example is null)
        {
            throw new ArgumentException("A golden example is null. Remove the example.");
        }

        Require(
            double.IsFinite(example.Tolerance) && example.Tolerance >= 0,
            string.Create(CultureInfo.InvariantCulture, $"The tolerance of a golden example is {example.Tolerance}. Specify a finite number, zero or more."));
        Require(example.Outputs.Count > 0, "A golden example has no outputs to compare. Specify at least one output.");
    }

    public static void ValidateResources(ResourceProfile? resources)
    {
        if (resources is null)
        {
            return;
        }

        Require(!resources.IsEmpty, "The resource profile has no measurement. Set at least one property, or omit the profile.");
        RecordRules.ValidateName("kind of machine", resources.Machine);
        Require(!(resources.LoadTime < TimeSpan.Zero), $"The load time is {resources.LoadTime}. Specify zero or more.");
        Require(!(resources.Latency < TimeSpan.Zero), $"The latency is {resources.Latency}. Specify zero or more.");
        Require(!(resources.LatencyP99 < TimeSpan.Zero), $"The 99th percentile of the latency is {resources.LatencyP99}. Specify zero or more.");
        Require(
            !(resources.LatencyP99 < resources.Latency),
            $"The 99th percentile of the latency is {resources.LatencyP99}, which is less than the median, {resources.Latency}. Exchange the values.");
        Require(!(resources.Memory < 0), $"The memory is {resources.Memory} bytes. Specify zero or more.");
        Require(!(resources.ArtifactSize < 0), $"The size of the files is {resources.ArtifactSize} bytes. Specify zero or more.");
    }

    private static void Validate(ModelLineage lineage)
    {
        RecordRules.ValidateText("run id", lineage.RunId);
        RecordRules.ValidateText("run link", lineage.RunLink);
        RecordRules.ValidateText("git commit", lineage.GitCommit);
        RecordRules.ValidateText("source", lineage.Source);
        foreach (var dataset in lineage.Datasets)
        {
            RecordText.ThrowIfNotRecordName("dataset", dataset.Name);
            Require(dataset.Version >= 1, $"The version of the dataset '{dataset}' is not valid. Specify 1 or more.");
        }

        var duplicate = lineage.Datasets.GroupBy(static dataset => dataset).FirstOrDefault(static group => group.Count() > 1)?.Key;
        Require(duplicate is null, $"The lineage contains the dataset '{duplicate}' twice. Remove one.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
