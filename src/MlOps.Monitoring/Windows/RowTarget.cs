using System.Diagnostics.CodeAnalysis;
using MlOps.Datasets;
using MlOps.Providers;
using MlOps.Serving;

namespace MlOps.Monitoring.Windows;

/// <summary>The target of the collectors of one version. The first row determines the columns.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RowTarget<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(
    ObservedVersion version,
    WindowBaseline baseline,
    Func<IReadOnlyList<RowColumn>, IReadOnlyList<RowColumn>, IReadOnlyList<string>, ObservedRows?> start)
    where TInput : class
    where TOutput : class
{
    private readonly Lock _lock = new();
    private bool _isStarted;
    private ObservedRows? _rows;
    private RowWriter<TInput>? _inputs;
    private RowWriter<TOutput>? _outputs;

    /// <summary>Gets the rows of the version and the writers of its columns, which the first call creates.</summary>
    /// <param name="input">A row with the lengths of the arrays.</param>
    /// <param name="output">An output with the lengths of the arrays; <see langword="null"/> if the row was rejected.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="inputs">The writer of inputs.</param>
    /// <param name="outputs">The writer of outputs.</param>
    /// <returns><see langword="false"/> if the version is not monitored.</returns>
    public bool TryStart(
        TInput input,
        TOutput? output,
        [NotNullWhen(true)] out ObservedRows? rows,
        [NotNullWhen(true)] out RowWriter<TInput>? inputs,
        [NotNullWhen(true)] out RowWriter<TOutput>? outputs)
    {
        lock (_lock)
        {
            if (!_isStarted)
            {
                _isStarted = true;
                _inputs = new RowWriter<TInput>(baseline.InputNames ?? SignatureColumns.Names(version.Signature.Inputs), input);
                _outputs = new RowWriter<TOutput>(baseline.OutputNames ?? SignatureColumns.Names(version.Signature.Outputs), output);
                _rows = start(_inputs.Columns, _outputs.Columns, [.. _inputs.Warnings, .. _outputs.Warnings]);
            }

            (rows, inputs, outputs) = (_rows, _inputs, _outputs);
            return rows is not null && inputs is not null && outputs is not null;
        }
    }
}
