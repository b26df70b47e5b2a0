/// What may go wrong in one run, and how often: a seed decides.
struct SimulationPlan: Sendable {
    var laboratories = 2
    var authorities = 2
    var steps = 70
    /// In a thousand questions.
    var lostQuestions = 20
    var lostAnswers = 30
    var lateQuestions = 15
    var doubledQuestions = 15
    var cutBodies = 40
    /// Somebody else does something while a question is under way.
    var interludes = 60
    /// In a thousand steps.
    var kills = 90
    var diskErrors = 40
    var fullDisks = 30
    var networkCuts = 40
    var clockErrors = 40
    /// The relay's wall clock jumps by hours to years; its boot time does not.
    var clockJumps = 15
    var restarts = 40
    /// Once in the run, nobody receives until every deadline has passed.
    var hasLongAbsence = false

    /// Nothing goes wrong.
    static let calm: SimulationPlan = {
        var plan = SimulationPlan()
        plan.lostQuestions = 0
        plan.lostAnswers = 0
        plan.lateQuestions = 0
        plan.doubledQuestions = 0
        plan.cutBodies = 0
        plan.kills = 0
        plan.diskErrors = 0
        plan.fullDisks = 0
        plan.networkCuts = 0
        plan.clockErrors = 0
        plan.clockJumps = 0
        plan.restarts = 0
        return plan
    }()

    init() {}

    /// Each seed has a weather of its own: now everything at once, now one thing much.
    init(seed: UInt64) {
        var dice = Dice(seed: seed ^ 0xfeed)
        laboratories = dice.between(1, 3)
        authorities = dice.between(1, 3)
        steps = dice.between(40, 100)
        func scaled(_ rate: Int, _ dice: inout Dice) -> Int { rate * dice.between(0, 3) / 2 }
        lostQuestions = scaled(lostQuestions, &dice)
        lostAnswers = scaled(lostAnswers, &dice)
        lateQuestions = scaled(lateQuestions, &dice)
        doubledQuestions = scaled(doubledQuestions, &dice)
        cutBodies = scaled(cutBodies, &dice)
        interludes = scaled(interludes, &dice)
        kills = scaled(kills, &dice)
        diskErrors = scaled(diskErrors, &dice)
        fullDisks = scaled(fullDisks, &dice)
        networkCuts = scaled(networkCuts, &dice)
        clockErrors = scaled(clockErrors, &dice)
        clockJumps = scaled(clockJumps, &dice)
        restarts = scaled(restarts, &dice)
        hasLongAbsence = dice.chance(80)
    }
}
