using System.Collections.Concurrent;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>A model y = slope · x that detects use after disposal, double disposal, and concurrent use of a predictor.</summary>
internal sealed class LoadedLine(ModelSource source, float slope, int failingPredictor = -1) : ILoadedModel
{
    private int _disposals;
    private int _livePredictors;
    private int _faults;

    public string Name => source.Model;

    public int Version => source.Version;

    public int Disposals => _disposals;

    public int LivePredictors => _livePredictors;

    /// <summary>Gets the number of detected violations.</summary>
    public int Faults => _faults;

    public int Predictors { get; private set; }

    /// <summary>Gets or sets the action during a prediction.</summary>
    public Action Middle { get; set; } = static () => { };

    /// <summary>Gets or sets the action during a prediction from tensors, such as a golden example.</summary>
    public Action MiddleOfTensors { get; set; } = static () => { };

    /// <summary>Gets the sizes of the batches.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    public ModelSignature Signature { get; set; } = Line.Signature;

    public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        Require(_disposals == 0);
        MiddleOfTensors();
        var x = inputs.TryGetValue("x", out var tensor) ? tensor : throw new ArgumentException("There is no 'x'.");
        return new Dictionary<string, ModelTensor> { ["y"] = new(Array.ConvertAll(x.AsSpan<float>().ToArray(), value => slope * value), x.Shape) };
    }

    public IPredictor<TInput, TOutput> CreatePredictor<TInput, TOutput>()
        where TInput : class
        where TOutput : class, new()
    {
        Require(_disposals == 0);
        if (typeof(TInput) != typeof(Point) || typeof(TOutput) != typeof(Answer))
        {
            throw new ModelMappingException(source, typeof(TInput), typeof(TOutput), [new MappingFault("input 'x'", "Float32", "no property")]);
        }

        if (Predictors == failingPredictor)
        {
            throw new ModelMappingException(source, typeof(TInput), typeof(TOutput), [new MappingFault("input 'x'", "luck", "none")]);
        }

        Interlocked.Increment(ref _livePredictors);
        Predictors++;
        return (IPredictor<TInput, TOutput>)(object)new Predictor(this, slope);
    }

    public void Dispose()
    {
        Require(Interlocked.Increment(ref _disposals) == 1 && _livePredictors == 0);
    }

    private void Require(bool holds)
    {
        if (!holds)
        {
            Interlocked.Increment(ref _faults);
        }
    }

    private sealed class Predictor(LoadedLine model, float slope) : IPredictor<Point, Answer>
    {
        private int _users;
        private int _disposals;

        public void Predict(Point input, Answer output)
        {
            model.Require(Interlocked.Increment(ref _users) == 1 && model._disposals == 0 && _disposals == 0);
            model.Middle();
            if (float.IsNaN(input.X))
            {
                Interlocked.Decrement(ref _users);
                throw new ArgumentException("'X' is NaN.");
            }

            output.Y = slope * input.X;
            Interlocked.Decrement(ref _users);
        }

        public void Predict(ReadOnlySpan<Point> inputs, ReadOnlySpan<Answer> outputs)
        {
            model.Batches.Enqueue(inputs.Length);
            for (var row = 0; row < inputs.Length; row++)
            {
                Predict(inputs[row], outputs[row]);
            }
        }

        public void Dispose()
        {
            model.Require(Interlocked.Increment(ref _disposals) == 1 && _users == 0);
            Interlocked.Decrement(ref model._livePredictors);
        }
    }
}
