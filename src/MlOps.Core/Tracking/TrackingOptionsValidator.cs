using Microsoft.Extensions.Options;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Validates the settings of experiment tracking when the host starts.</summary>
internal sealed class TrackingOptionsValidator : IValidateOptions<TrackingOptions>
{
    private const string Path = "MlOps:Tracking:";
    private const long MinSpoolSize = 1 << 20;
    private const int MaxDiffSize = 64 << 20;

    public ValidateOptionsResult Validate(string? name, TrackingOptions options)
    {
        var faults = new List<string>();
        Require(
            InRange(options.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            $"{Path}HeartbeatInterval is {options.HeartbeatInterval}. Set it to a value from 1 second (00:00:01) to 1 hour (01:00:00).");
        Require(options.MaxSpoolSize >= MinSpoolSize, $"{Path}MaxSpoolSize is {options.MaxSpoolSize}. Set it to at least {MinSpoolSize} bytes.");
        Require(
            InRange(options.DeliveryTimeout, TimeSpan.Zero, TimeSpan.FromDays(1)),
            $"{Path}DeliveryTimeout is {options.DeliveryTimeout}. Set it to a value from 0 to 1 day (1.00:00:00).");
        Require(
            options.MaxDiffSize is >= 0 and <= MaxDiffSize,
            $"{Path}MaxDiffSize is {options.MaxDiffSize}. Set it to a value from 0 to {MaxDiffSize} bytes.");
        Require(
            string.IsNullOrEmpty(options.GitCommit) || (options.GitCommit.Length is >= 7 and <= 64 && options.GitCommit.All(char.IsAsciiHexDigit)),
            $"{Path}GitCommit is '{RecordText.Shorten(options.GitCommit ?? "")}'. "
            + "Set it to the 7 to 64 hexadecimal digits of a commit, or remove the setting.");
        Require(
            string.IsNullOrEmpty(options.GitBranch) || !string.IsNullOrEmpty(options.GitCommit),
            $"{Path}GitBranch is set without {Path}GitCommit. Set both or remove both.");
        Require(
            options.SystemMetricsInterval is not { } interval || interval >= TimeSpan.FromSeconds(1),
            $"{Path}SystemMetricsInterval is {options.SystemMetricsInterval}. Set it to at least 1 second (00:00:01), or remove the setting.");
        var spoolFault = options.SpoolFolder is { } folder
            ? FolderSetting.FindFault($"{Path}SpoolFolder", folder, "Set it to a folder on a local disk, or remove the setting.")
            : null;
        Require(spoolFault is null, spoolFault!);
        Require(
            !options.CapturedSections.Any(string.IsNullOrWhiteSpace),
            $"{Path}CapturedSections contains an empty name. Set it to the names of configuration sections, such as 'Training', or remove the entry.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    private static bool InRange(TimeSpan value, TimeSpan minimum, TimeSpan maximum) => value >= minimum && value <= maximum;
}
