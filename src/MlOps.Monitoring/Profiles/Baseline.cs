using MlOps.Datasets;
using MlOps.Monitoring.Quality;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring.Profiles;

/// <summary>The profiles of the rows that a model version was trained or evaluated with, and of its predictions on them.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para>The baseline is the file <see cref="FileName"/> among the files of a model version. Add it to
/// <see cref="ModelRegistration.Files"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// var inputs = RowSource.From(rows).Without("Price");
/// var outputs = RowSource.From(predictions);
/// var baseline = await Baseline.CreateAsync(inputs, outputs);
/// var file = baseline.Write(context.Folder);
/// </code>
/// </example>
public sealed class Baseline
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "baseline.profile";

    private const string InputsSection = "inputs";
    private const string OutputsSection = "outputs";
    private const string CalibrationSection = "calibration";

    /// <summary>Gets the profile of the inputs.</summary>
    public required DataProfile Inputs { get; init; }

    /// <summary>Gets the profile of the predictions on the same rows.</summary>
    /// <value>The default is <see langword="null"/>: the drift of predictions is not computed.</value>
    public DataProfile? Outputs { get; init; }

    /// <summary>Gets a value indicating whether the baseline has the calibration of a classifier, so that the quality can be estimated without outcomes.
    /// </summary>
    public bool IsCalibrated => !Calibration.IsEmpty;

    /// <summary>Gets the calibration of a classifier, in the format of the quality estimation.</summary>
    internal ReadOnlyMemory<byte> Calibration { get; init; }

    /// <summary>Gets the columns that were not profiled, or the parts of a file that cannot be used, each with the reason and the remedy.</summary>
    /// <value>The default is none. Warnings are not written.</value>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Profiles the inputs and the outputs.</summary>
    /// <param name="inputs">The input rows, without the label. <see cref="RowSource.Without"/> removes columns.</param>
    /// <param name="outputs">The predictions; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The baseline.</returns>
    /// <exception cref="ArgumentException">The inputs have no row or no column, or two columns have the same name.</exception>
    public static async Task<Baseline> CreateAsync(
        IRowSource inputs, IRowSource? outputs = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var profile = await DataProfile.CreateAsync(inputs, baseline: null, cancellationToken).ConfigureAwait(false);
        if (profile.Rows == 0 || profile.Features.Count == 0)
        {
            throw new ArgumentException(
                $"The inputs have {(profile.Rows == 0 ? "no rows" : "no columns")}, so that drift cannot be computed. Pass the rows that the model was "
                + "trained or evaluated with.",
                nameof(inputs));
        }

        var predictions = outputs is null ? null : await DataProfile.CreateAsync(outputs, baseline: null, cancellationToken).ConfigureAwait(false);
        return new Baseline
        {
            Inputs = profile,
            Outputs = predictions,
            Warnings = [.. inputs.Warnings, .. outputs?.Warnings ?? []],
        };
    }

    /// <summary>Adds the calibration of a classifier, so that its quality is estimated before outcomes arrive.</summary>
    /// <remarks>Use rows that the model was not trained with, because the probabilities of training rows are too certain.</remarks>
    /// <param name="scored">At least 100 rows with the outputs of the model and the actual class in the column <see cref="QualityOptions.Label"/>.</param>
    /// <param name="options">The names of the columns and the classes; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>A copy with the calibration. If the rows do not allow one, it has none, and <see cref="Warnings"/> has the reason.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist.</exception>
    public async Task<Baseline> CalibrateAsync(IRowSource scored, QualityOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var calibration = new CalibrationBuilder(options ?? new QualityOptions(), scored.Columns);
        await foreach (var batch in scored.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            calibration.Add(batch);
        }

        return new Baseline
        {
            Inputs = Inputs,
            Outputs = Outputs,
            Calibration = calibration.ToArray(),
            Warnings = [.. Warnings, .. calibration.Warnings],
        };
    }

    /// <summary>Writes the file <see cref="FileName"/> into a folder.</summary>
    /// <param name="folder">The folder. It is created if it does not exist.</param>
    /// <returns>The path of the file.</returns>
    public string Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, FileName);
        using var stream = File.Create(file);
        Write(stream);
        return file;
    }

    /// <summary>Writes the baseline.</summary>
    /// <param name="stream">The target. The caller disposes it.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var sections = new List<KeyValuePair<string, byte[]>> { new(InputsSection, ToBytes(Inputs)) };
        if (Outputs is not null)
        {
            sections.Add(new(OutputsSection, ToBytes(Outputs)));
        }

        if (!Calibration.IsEmpty)
        {
            sections.Add(new(CalibrationSection, Calibration.ToArray()));
        }

        SectionFile.Write(stream, sections);
    }

    /// <summary>Reads the file <see cref="FileName"/> of a folder, such as the files of a model version on disk.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The baseline, or <see langword="null"/> if the folder does not have the file.</returns>
    /// <exception cref="DocumentFormatException">The file or the profile of the inputs is damaged, cut short or of a newer format.</exception>
    public static async Task<Baseline?> ReadFolderAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var file = Path.Combine(folder, FileName);
        return File.Exists(file)
            ? Read(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false), ArtifactPath.Parse(FileName))
            : null;
    }

    /// <summary>Reads the baseline of a model version.</summary>
    /// <param name="package">The files of the version, from <see cref="IModelRegistry.OpenAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The baseline, or <see langword="null"/> if the version has none.</returns>
    /// <exception cref="DocumentFormatException">The file or the profile of the inputs is damaged, cut short or of a newer format.</exception>
    public static async Task<Baseline?> ReadAsync(ModelPackage package, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (package.Files.All(static file => file.Path != FileName))
        {
            return null;
        }

        var content = await package.OpenReadAsync(FileName, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        using var copy = new MemoryStream();
        await content.Stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        return Read(copy.ToArray(), ArtifactPath.Parse(FileName));
    }

    /// <summary>Reads a baseline.</summary>
    /// <remarks>If the outputs or the calibration are damaged, the baseline is read without them, and <see cref="Warnings"/> has the reason.</remarks>
    /// <param name="content">The content of the file.</param>
    /// <param name="path">The path of the file, for messages; <see langword="null"/> if it has none.</param>
    /// <returns>The baseline.</returns>
    /// <exception cref="DocumentFormatException">The file or the profile of the inputs is damaged, cut short or of a newer format.</exception>
    public static Baseline Read(ReadOnlyMemory<byte> content, ArtifactPath? path = null)
    {
        path ??= ArtifactPath.Parse(FileName);
        var warnings = new List<string>();
        var sections = SectionFile.Read(content, path, [InputsSection, OutputsSection, CalibrationSection], warnings);
        var inputs = sections.TryGetValue(InputsSection, out var found)
            ? ToProfile(found, path.Append(InputsSection))
            : throw new DocumentFormatException(
                path, warnings.Count > 0 ? string.Join(" ", warnings) : "it has no profile of the inputs. Create the baseline again.");
        DataProfile? outputs = null;
        try
        {
            outputs = sections.TryGetValue(OutputsSection, out found) ? ToProfile(found, path.Append(OutputsSection)) : null;
        }
        catch (DocumentFormatException exception)
        {
            warnings.Add(exception.Message);
        }

        return new Baseline
        {
            Inputs = inputs,
            Outputs = outputs,
            Calibration = sections.GetValueOrDefault(CalibrationSection),
            Warnings = warnings,
        };
    }

    private static byte[] ToBytes(DataProfile profile)
    {
        using var stream = new MemoryStream();
        profile.Write(stream);
        return stream.ToArray();
    }

    private static DataProfile ToProfile(ReadOnlyMemory<byte> content, ArtifactPath path)
    {
        using var stream = new MemoryStream(content.ToArray());
        return DataProfile.Read(stream, path);
    }
}
