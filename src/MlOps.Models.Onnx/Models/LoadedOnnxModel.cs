using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>A loaded ONNX model. All predictors share its ONNX Runtime session.</summary>
internal sealed class LoadedOnnxModel : ILoadedModel
{
    private readonly InferenceSession _session;
    private readonly UntypedPrediction _untyped;

    /// <summary>The options of all runs. Failures are thrown as exceptions, so ONNX Runtime does not log them to the console.</summary>
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>The number of users of the session: the model until it is disposed, the bindings, and the running untyped predictions.</summary>
    /// <remarks>The last user disposes the session, because native memory must outlive all users in any order of disposal.</remarks>
    private int _users = 1;
    private int _isDisposed;

    private LoadedOnnxModel(ModelSource source, InferenceSession session, bool usesDevice)
    {
        Source = source;
        _session = session;
        UsesDevice = usesDevice;
        Inputs = [.. session.InputNames.Select(name => OnnxTensor.FromInput(name, session.InputMetadata[name], isOptional: false))];
        OptionalInputs =
        [
            .. from input in session.OverridableInitializerMetadata
               let tensor = OnnxTensor.FromInput(input.Key, input.Value, isOptional: true)
               where tensor.IsMappable
               orderby tensor.Name
               select tensor,
        ];
        Outputs = [.. session.OutputNames.Select(name => OnnxTensor.FromOutput(name, session.OutputMetadata[name]))];
        if (Array.Find(Inputs, static input => input.Type is null) is { } unsupported)
        {
            throw new ModelFormatException(
                source,
                $"Its input '{unsupported.Name}' is {unsupported.Description}, which is not supported. "
                + "Export the model again with inputs that are tensors of numbers, Booleans or strings.");
        }

        Signature = new ModelSignature
        {
            Inputs = [.. Inputs.Concat(OptionalInputs).Select(static input => input.ToFeature())],
            Outputs = [.. Outputs.Where(static output => output.Type is not null).Select(static output => output.ToFeature())],
        };
        _untyped = new UntypedPrediction(source, [.. Inputs, .. OptionalInputs]);
    }

    public ModelSignature Signature { get; }

    public ModelSource Source { get; }

    public OnnxTensor[] Inputs { get; }

    /// <summary>Gets the inputs that have a default value in the model and may be omitted.</summary>
    public OnnxTensor[] OptionalInputs { get; }

    public OnnxTensor[] Outputs { get; }

    /// <summary>Gets a value indicating whether the model runs on a device with separate memory.</summary>
    public bool UsesDevice { get; }

    public static LoadedOnnxModel Load(ModelSource source, string file, OnnxModelOptions options)
    {
        var session = OnnxSession.Open(source, file, options);
        try
        {
            return new LoadedOnnxModel(source, session, OnnxSession.UsesDevice(options));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs) => Predict(inputs, outputs: null);

    /// <summary>Predicts the named outputs, or all supported outputs if <paramref name="outputs"/> is <see langword="null"/>.</summary>
    public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs, IReadOnlyList<string>? outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Acquire();
        try
        {
            return _untyped.Predict(_session, _runOptions, inputs,
                Array.FindAll(Outputs, output => output.IsMappable && outputs?.Contains(output.Name) is not false));
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or InvalidDataException)
        {
            throw Failed(exception);
        }
        finally
        {
            Release();
        }
    }

    public IPredictor<TInput, TOutput> CreatePredictor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>()
        where TInput : class
        where TOutput : class, new()
    {
        ThrowIfDisposed();
        return OnnxMapping<TInput, TOutput>.CreatePredictor(this);
    }

    /// <summary>Creates a binding. The caller passes it to <see cref="DisposeBinding"/>.</summary>
    public OrtIoBinding CreateBinding()
    {
        Acquire();
        return _session.CreateIoBinding();
    }

    public void DisposeBinding(OrtIoBinding binding)
    {
        binding.Dispose();
        Release();
    }

    /// <summary>Runs the model with a binding.</summary>
    /// <exception cref="ProviderException">The prediction failed.</exception>
    public void Run(OrtIoBinding binding)
    {
        ThrowIfDisposed();
        try
        {
            if (UsesDevice)
            {
                binding.SynchronizeBoundInputs();
            }

            _session.RunWithBinding(_runOptions, binding);
            if (UsesDevice)
            {
                binding.SynchronizeBoundOutputs();
            }
        }
        catch (OnnxRuntimeException exception)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Creates the exception for a failed prediction with inputs of the right names, types and shapes.</summary>
    public ProviderException Failed(Exception cause) => new(
        "Onnx",
        "predict",
        OnnxSession.IsOutOfMemory(cause),
        $"A prediction of {Source} failed: {cause.Message} "
        + (OnnxSession.IsOutOfMemory(cause)
            ? "Provide more memory, or predict fewer rows at a time."
            : "Check the input values, and the output shapes that the model declares."),
        cause);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Release();
        }
    }

    private void Acquire()
    {
        int users;
        do
        {
            ThrowIfDisposed();
            users = Volatile.Read(ref _users);
            ObjectDisposedException.ThrowIf(users == 0, this);
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _session.Dispose();
            _runOptions.Dispose();
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
}
