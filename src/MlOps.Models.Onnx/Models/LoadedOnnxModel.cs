using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>A session of ONNX Runtime, which all predictors of the model share.</summary>
internal sealed class LoadedOnnxModel : ILoadedModel
{
    private readonly InferenceSession _session;
    private readonly UntypedPrediction _untyped;

    /// <summary>Shared by all runs, which only read it. What fails in a run is thrown and need not be on the console as well.</summary>
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>What still needs the session: the model itself until it is disposed, each binding, each untyped prediction. Native memory must outlive them in whatever order they end.</summary>
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
        if (Array.Find(Inputs, static input => input.Type is null) is { } strange)
        {
            throw new ModelFormatException(
                source, $"Its input '{strange.Name}' is {strange.Description}, which nothing in .NET can be given for. Export the model again with inputs that are tensors of numbers, booleans or texts.");
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

    /// <summary>Gets the inputs that have a default in the model and may be left out.</summary>
    public OnnxTensor[] OptionalInputs { get; }

    public OnnxTensor[] Outputs { get; }

    /// <summary>Gets a value indicating whether the model runs on a device with memory of its own.</summary>
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

    /// <summary>Predicts some outputs; <see langword="null"/> for all that tensors of .NET can hold.</summary>
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

    /// <summary>Makes a binding, for which <see cref="DisposeBinding"/> is called when it is no longer needed.</summary>
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

    /// <summary>Runs the model on what is bound.</summary>
    /// <exception cref="ProviderException">The model failed.</exception>
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

    /// <summary>Says that a prediction failed although its inputs have the right names, types and shapes.</summary>
    public ProviderException Failed(Exception cause) => new(
        "Onnx",
        "predict",
        OnnxSession.IsOfMemory(cause),
        $"A prediction of {Source} failed: {cause.Message} "
        + (OnnxSession.IsOfMemory(cause) ? "Give the process more memory, or predict fewer rows at a time." : "Check the values given, and the shapes that the model says its outputs have."),
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
