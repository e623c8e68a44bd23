using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Reads the predicted class, the probabilities and the score of rows.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ClassificationReader
{
    /// <summary>The index of an outcome that cannot be used.</summary>
    public const int Unusable = -1;

    private const double Tolerance = 1e-6;
    private const double SumTolerance = 0.01;
    private readonly QualityFaults _faults;
    private readonly string? _positiveClass;
    private readonly bool _isPredictionText;
    private readonly int _prediction;
    private readonly int _probability;
    private readonly int _score;
    private readonly int[] _vector = [];
    private readonly int _knownLabels;
    private readonly int _negative = -1;
    private int _positive = -1;
    private int _labelsOfPositive = -1;

    public ClassificationReader(QualityOptions options, IReadOnlyList<RowColumn> columns, QualityFaults faults)
    {
        var found = new QualityColumns(columns);
        _faults = faults;
        _prediction = found.Find(options.Prediction);
        _probability = found.FindNumbers(nameof(options.Probability), options.Probability);
        _score = found.FindNumbers(nameof(options.Score), options.Score);
        var vector = _probability >= 0 ? [] : found.FindVector(options.Probability);
        if (_probability < 0 && vector.Count == 0)
        {
            Require(options.Probability == QualityOptions.DefaultProbability, nameof(options.Probability), options.Probability);
            vector = _score >= 0 ? [] : found.FindVector(options.Score);
        }

        vector = vector.Count > 1 ? vector : [];
        Require(
            _score >= 0 || options.Score == QualityOptions.DefaultScore || found.FindVector(options.Score).Count > 0, nameof(options.Score), options.Score);
        var hasPrediction = _prediction >= 0;
        Require(hasPrediction || (options.Prediction == QualityOptions.DefaultPrediction && (_probability >= 0 || vector.Count > 0)),
            nameof(options.Prediction), options.Prediction);
        _isPredictionText = hasPrediction && found.IsText(_prediction);
        Labels = new(hasPrediction ? !_isPredictionText : options.Classes.All(static name => double.TryParse(name, CultureInfo.InvariantCulture, out _)));
        foreach (var name in options.Classes)
        {
            Labels.GetOrAdd(name);
        }

        if (vector.Count > 0 && TryNameClasses(options, vector) is { } classes)
        {
            _vector = [.. vector.Select(static element => element.Column)];
            VectorClasses = classes;
            Probabilities = new double[_vector.Length];
        }

        _knownLabels = options.Classes.Count > 0 || _vector.Length > 0 ? Labels.Names.Count : 0;
        _positiveClass = options.PositiveClass;
        if (!hasPrediction && _vector.Length == 0)
        {
            _negative = FindNegative(options);
        }

        void Require(bool holds, string setting, string name)
        {
            if (!holds)
            {
                throw found.Missing(setting, name);
            }
        }
    }

    /// <summary>Gets the labels.</summary>
    public LabelSet Labels { get; }

    /// <summary>Gets the index of the label of each element of the vector of probabilities; empty without a vector.</summary>
    public int[] VectorClasses { get; } = [];

    /// <summary>Gets the probabilities of the row, in the order of <see cref="VectorClasses"/>.</summary>
    public double[] Probabilities { get; } = [];

    /// <summary>Gets a value indicating whether the rows have a score or a probability of the positive class.</summary>
    public bool HasScore => _probability >= 0 || _score >= 0 || _vector.Length > 0;

    /// <summary>Gets the index of the predicted label of the row.</summary>
    public int Predicted { get; private set; }

    /// <summary>Gets a value indicating whether the row has valid probabilities.</summary>
    public bool HasProbability { get; private set; }

    /// <summary>Gets the score of the positive class in the row, or NaN. It is a probability if <see cref="HasProbability"/>.</summary>
    public double Score { get; private set; }

    /// <summary>Gets the index of the positive class, or -1 if it is not known.</summary>
    public int Positive
    {
        get
        {
            if (_labelsOfPositive != Labels.Names.Count)
            {
                _labelsOfPositive = Labels.Names.Count;
                _positive = _positiveClass is { } name ? Labels.Find(name) : _vector.Length <= 2 ? Labels.Find("1") : -1;
            }

            return _positive;
        }
    }

    /// <summary>Gets a value indicating whether there are probabilities of classes without names, which is counted as a fault.</summary>
    public bool HasUnknownClasses { get; private set; }

    /// <summary>Reads a row.</summary>
    /// <returns><see langword="false"/> if the row has no usable prediction, which is counted as a fault.</returns>
    public bool Read(RowBatch batch, int row)
    {
        HasProbability = _vector.Length > 0 ? ReadVector(batch, row) : _probability >= 0 && ReadProbability(batch.Numbers(_probability)[row]);
        if (_vector.Length > 0)
        {
            Score = HasProbability && Array.IndexOf(VectorClasses, Positive) is var element and >= 0 ? Probabilities[element] : double.NaN;
        }
        else
        {
            Score = _probability >= 0 ? batch.Numbers(_probability)[row] : _score >= 0 ? batch.Numbers(_score)[row] : double.NaN;
        }

        Predicted = _prediction >= 0 ? ReadPrediction(batch, row) : Decide();
        return Predicted >= 0;
    }

    /// <summary>Reads an outcome.</summary>
    /// <returns>The index of the label, or <see cref="Unusable"/>, which is counted as a fault.</returns>
    public int ReadActual(ActualValue actual)
    {
        var index = Labels.GetOrAdd(actual);
        if (index < 0)
        {
            _faults.Count(
                index == -2
                    ? "{0} outcomes are NaN, infinite or empty, and were left out. Record the class of the outcome."
                    : "{0} outcomes were left out, the first is '{1}', because there are more than 1000 different classes. Check that the outcome is a class.",
                QualityFaults.Shorten(actual.Text ?? QualityFaults.Shorten(actual.Number)));
            return Unusable;
        }

        if (_knownLabels > 0 && index >= _knownLabels)
        {
            var name = Labels.Names[index];
            var known = Labels.Names.Take(_knownLabels).ToList();
            _faults.Count(
                $"{{0}} outcomes are not among the classes of the model ({QualityFaults.Escape(string.Join(", ", known))}), "
                + "the first is {1}. They count as wrong predictions. Correct the outcomes, or retrain the model with the new class.",
                $"'{QualityFaults.Shorten(name)}'{(NearestName.Find(name, known) is { } near ? $" (did you mean '{near}'?)" : "")}");
        }

        return index;
    }

    /// <summary>Gets the probability of a label in the row.</summary>
    /// <returns>The probability, or NaN if the model has none for the label.</returns>
    public double GetProbability(int label)
    {
        if (_vector.Length > 0)
        {
            return Array.IndexOf(VectorClasses, label) is var element and >= 0 ? Probabilities[element] : double.NaN;
        }

        return label == Positive ? Score : 1 - Score;
    }

    private int[]? TryNameClasses(QualityOptions options, IReadOnlyList<(int Column, string Element)> vector)
    {
        if (vector.All(static element => int.TryParse(element.Element, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            if (options.Classes.Count > 0 && options.Classes.Count != vector.Count)
            {
                throw QualityColumns.Fault(
                    $"Classes has {options.Classes.Count} names, but the model has {vector.Count} probabilities. "
                    + "Set it to the names of all classes in their order.");
            }

            if (options.Classes.Count == 0 && _isPredictionText)
            {
                HasUnknownClasses = true;
                _faults.Count(
                    "The probabilities are not used, because their classes are not known. Set Quality:Classes, or QualityOptions.Classes in code, to the "
                    + "names of the classes in the order of the probabilities.");
                return null;
            }

            return [.. vector.Select(element =>
                Labels.GetOrAdd(options.Classes.Count == 0 ? element.Element : options.Classes[int.Parse(element.Element, CultureInfo.InvariantCulture)]))];
        }

        return [.. vector.Select(element => Labels.GetOrAdd(element.Element))];
    }

    private int FindNegative(QualityOptions options)
    {
        var positive = options.PositiveClass ?? "1";
        var negative = options.Classes.Count == 2
            ? options.Classes.First(name => name != positive && name != (options.PositiveClass ?? bool.TrueString))
            : positive is "1" ? "0" : bool.TryParse(positive, out var flag) ? (!flag).ToString() : null;
        if (negative is null)
        {
            throw QualityColumns.Fault(
                $"PositiveClass is '{positive}', and the name of the other class is not known. Set Classes to both names, or Prediction to a column.");
        }

        Labels.GetOrAdd(positive);
        return Labels.GetOrAdd(negative);
    }

    private bool ReadVector(RowBatch batch, int row)
    {
        double sum = 0;
        var isValid = true;
        for (var i = 0; i < _vector.Length; i++)
        {
            var probability = batch.Numbers(_vector[i])[row];
            Probabilities[i] = probability;
            sum += probability;
            isValid &= probability is >= -Tolerance and <= 1 + Tolerance;
        }

        return CheckProbability(isValid && Math.Abs(sum - 1) <= SumTolerance, sum);
    }

    private bool ReadProbability(double probability) => CheckProbability(probability is >= -Tolerance and <= 1 + Tolerance, probability);

    private bool CheckProbability(bool isValid, double value)
    {
        if (!isValid)
        {
            _faults.Count(
                "{0} rows have no valid probabilities: a value is missing or outside 0 to 1, or their sum differs from 1 (the first is {1}). "
                + "They are left out of log_loss, brier and calibration_error. Set Probability to the column with the probabilities.",
                QualityFaults.Shorten(value));
        }

        return isValid;
    }

    private int ReadPrediction(RowBatch batch, int row)
    {
        var index = Labels.GetOrAdd(_isPredictionText ? ActualValue.From(batch.Texts(_prediction)[row]) : ActualValue.From(batch.Numbers(_prediction)[row]));
        if (index < 0)
        {
            _faults.Count("{0} predictions have no predicted class, and were left out. Check the output of the model.");
        }

        return index;
    }

    private int Decide()
    {
        if (!HasProbability)
        {
            return -1;
        }

        if (_vector.Length == 0)
        {
            return Score >= 0.5 ? Positive : _negative;
        }

        var best = 0;
        for (var i = 1; i < Probabilities.Length; i++)
        {
            best = Probabilities[i] > Probabilities[best] ? i : best;
        }

        return VectorClasses[best];
    }
}
